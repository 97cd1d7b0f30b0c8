import { makeSet, RegoNumber, type RegoValue } from "@flyball/engine/values";
import { describe, expect, test } from "vitest";
import { createConstantPool } from "../../src/lower/constant-pool.ts";
import { doubleBits, FALSE, NULL, TRUE } from "../../src/lower/value-bits.ts";
import { loadRuntime } from "../runtime/load-runtime.ts";

const START = 4096;

function poolOf(...values: readonly RegoValue[]) {
  const pool = createConstantPool(START);
  const added = values.map((value) => pool.add(value));
  const view = new DataView(pool.bytes.buffer);
  const word = (bits: bigint | undefined, offset: number): number =>
    view.getUint32(Number((bits ?? 0n) & 0xffff_ffffn) - START + offset, true);
  return { pool, bits: added.map(({ bits }) => bits), view, word };
}

describe("createConstantPool", () => {
  test("keeps scalars in their 64 bits", () => {
    const { bits, pool } = poolOf(null, false, true, 0, -1.5, 2 ** 53, 0.1);
    expect(bits).toEqual([NULL, FALSE, TRUE, doubleBits(0), doubleBits(-1.5), doubleBits(2 ** 53), doubleBits(0.1)]);
    expect(pool.end).toBe(START);
  });

  test.each([
    ["999999999999999e-1", "double"],
    ["1000000000000000.5", "big"],
    ["123456789012345e-22", "double"],
    ["1e-23", "big"],
    ["9007199254740992", "double"],
    ["9007199254740993", "big"],
    ["1e16", "big"],
    ["9e15", "double"],
  ])("keeps %s as a %s number", (text, form) => {
    const { bits } = poolOf(new RegoNumber(text));
    expect((bits[0] ?? 0n) >> 48n === 0xfff8n ? "big" : "double").toBe(form);
  });

  test("writes big numbers in limbs of nine digits", () => {
    const { bits, word } = poolOf(new RegoNumber("-12345678901234567890e5"));
    const [address] = bits;
    // 1234567890123456789 × 10^6: the coefficient has no trailing zero.
    expect([0, 4, 8, 16, 20, 24].map((offset) => word(address, offset))).toEqual([
      0xffff_ffff, 6, 3, 123_456_789, 234_567_890, 1,
    ]);
  });

  test("writes equal values once, also inside others", () => {
    const { bits, pool } = poolOf("abc", ["abc", { abc: "abc" }], { abc: "abc" }, ["abc", { abc: "abc" }]);
    expect(bits[1]).toBe(bits[3]);
    expect([...pool.strings.keys()]).toEqual(["abc"]);
  });

  test("sorts objects and sets by Rego's order", () => {
    const values = [[1], "b", 2, null, "a"];
    const { pool, bits, word } = poolOf(makeSet(values));
    const [set] = bits;
    expect([0, 4].map((offset) => word(set, offset))).toEqual([5, 1]);
    const entries = word(set, 8) - START;
    const found = values.map((_, index) => new DataView(pool.bytes.buffer).getBigUint64(entries + 8 * index, true));
    expect(found).toEqual([null, 2, "a", "b", [1]].map((value) => pool.add(value).bits));
  });

  test("hashes as the run-time library does", () => {
    const runtime = loadRuntime();
    const texts = ["", "a", "abc", "abcd", "abcde", "größer", "\u{1F600}", "x".repeat(100)];
    const { bits, word } = poolOf(...texts);
    for (const [index, text] of texts.entries()) {
      expect(word(bits[index], 4)).toBe(Number(runtime.raw("value_hash", runtime.encode(text))) >>> 0);
    }
  });
});
