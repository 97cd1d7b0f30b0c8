import { describe, expect, test } from "vitest";
import { amountText, jsonText } from "../../../src/page/format/figures.ts";
import { ExactNumber, parseExactJson } from "../../../src/page/service/exact-json.ts";

describe("numbers of an answer", () => {
  test.each([
    ["5000.0000000000000001", "5,000.0000000000000001"],
    ["12345678901234567890.25", "12,345,678,901,234,567,890.25"],
    ["-99999999999999999.5", "-99,999,999,999,999,999.5"],
    ["1e400", "1e400"],
  ])("%s keeps every digit", (source, shown) => {
    const value = parseExactJson(source);
    expect(value).toBeInstanceOf(ExactNumber);
    expect(amountText(value)).toBe(shown);
    expect(jsonText({ value })).toBe(`{"value":${source}}`);
  });

  test.each([
    ["7500", "7,500"],
    ["231.50", "231.5"],
    ["1e3", "1,000"],
    ["0.1", "0.1"],
    ["-0", "0"],
    ["100000", "100,000"],
    ["999.99", "999.99"],
  ])("%s, which a double holds, is a number like any other", (source, shown) => {
    const value = parseExactJson(source);
    expect(typeof value).toBe("number");
    expect(amountText(value)).toBe(shown);
  });

  test("texts, lists and names stay what they are", () => {
    expect(parseExactJson('{"__proto__":[true,null,"1.10"]}')).toEqual(JSON.parse('{"__proto__":[true,null,"1.10"]}'));
  });
});
