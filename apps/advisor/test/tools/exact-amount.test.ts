import { numberText, parseJson, RegoNumber } from "@flyball/engine/values";
import { describe, expect, test } from "vitest";
import { exactAmount } from "../../src/tools/exact-amount.ts";

const amount = exactAmount(2);

describe("an amount is exact", () => {
  test.each<[unknown, string]>([
    [1000, "1000"],
    ["1000", "1000"],
    ["1000.50", "1000.5"],
    [1e3, "1000"],
    ["1e3", "1000"],
    [0.1, "0.1"],
    ["0.10", "0.1"],
    [-5, "-5"],
    ["-0", "0"],
    ["9007199254740993", "9007199254740993"],
    ["12345678901234567890.12", "12345678901234567890.12"],
    [new RegoNumber("9007199254740993.01"), "9007199254740993.01"],
    [parseJson("1000.00"), "1000"],
  ])("%o is %s", (value, text) => {
    expect(numberText(amount.parse(value))).toBe(text);
  });
});

describe("what is no amount", () => {
  test.each<[unknown, string]>([
    ["NaN", "must be a decimal number"],
    ["", "must be a decimal number"],
    ["1,000", "must be a decimal number"],
    ["$5", "must be a decimal number"],
    ["0x10", "must be a decimal number"],
    [".5", "must be a decimal number"],
    ["5.", "must be a decimal number"],
    ["+5", "must be a decimal number"],
    ["5 ", "must be a decimal number"],
    ["\uff15", "must be a decimal number"],
    [Number.NaN, "must be a decimal number"],
    [Number.POSITIVE_INFINITY, "must be a decimal number"],
    [true, "must be a decimal number"],
    [null, "must be a decimal number"],
    [[5], "must be a decimal number"],
    [{}, "must be a decimal number"],
    [5n, "must be a decimal number"],
    [0.001, "at most 2 decimal places"],
    ["5000.0000000000000001", "at most 2 decimal places"],
    [1e-7, "at most 2 decimal places"],
    [1e300, "too many digits"],
    ["1e41", "too many digits"],
    ["1e999999", "too many digits"],
  ])("%o", (value, message) => {
    const result = amount.safeParse(value);
    expect(result.error?.issues.map((issue) => issue.message).join()).toContain(message);
  });
});
