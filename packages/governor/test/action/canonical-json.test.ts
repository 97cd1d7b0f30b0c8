import { parseJson } from "@flyball/engine/values";
import { actionDigest, canonicalJson, type PlainValue, toPlainValue } from "@flyball/governor";
import { describe, expect, test } from "vitest";

function canonical(json: string): string {
  const plain = toPlainValue(parseJson(json));
  if (!plain.ok) throw new Error(plain.problem);
  return canonicalJson(plain.value);
}

describe("the canonical text of a value", () => {
  test.each([
    [
      "keys are sorted by UTF-16 code unit",
      '{"b":1,"a":2,"\\ufb33":3,"\\ud83d\\ude00":4}',
      '{"a":2,"b":1,"\u{1f600}":4,"\ufb33":3}',
    ],
    ["white space goes", ' { "a" : [ 1 , 2 ] } ', '{"a":[1,2]}'],
    ["trailing zeros go", "[1000, 1000.0, 1e3, 1000.00]", "[1000,1000,1000,1000]"],
    ["fractions are shortest", "[0.30, 3e-1, 0.1]", "[0.3,0.3,0.1]"],
    ["minus zero is zero", "[-0, -0.0, 0]", "[0,0,0]"],
    ["digits beyond a double are kept", "5000.0000000000000001", "5000.0000000000000001"],
    [
      "integers beyond 2^53 are kept",
      "[9007199254740993, 18446744073709551617]",
      "[9007199254740993,18446744073709551617]",
    ],
    ["escapes are the short ones", '"\\u0008\\u000a\\u002f\\u0001\\u00e9"', '"\\b\\n/\\u0001\u00e9"'],
    ["__proto__ is a key", '{"__proto__":{"a":1}}', '{"__proto__":{"a":1}}'],
  ])("%s", (_name, json, expected) => {
    expect(canonical(json)).toBe(expected);
  });

  test("reading the canonical text gives the same canonical text", () => {
    const text = canonical('{"z":[1e-7,123456789012345678901234567890,1e21,{"a":null}],"a":[true,false,""]}');
    expect(canonical(text)).toBe(text);
  });

  test("bigints are numbers", () => {
    expect(canonicalJson(10n ** 20n)).toBe("100000000000000000000");
  });
});

describe("the digest of an action", () => {
  const principal = { tenant: "t", issuer: "i", subject: "s", role: "junior" };
  const digest = (args: PlainValue, more: object = {}) =>
    actionDigest({ principal, session: "s-1", tool: "pay", arguments: args, ...more });

  test("is the same whatever the order of keys and the spelling of numbers", () => {
    expect(digest({ a: 1, b: 2 })).toBe(digest({ b: 2, a: 1 }));
  });

  test.each([
    ["an argument", digest({ a: 2 })],
    ["a 20th digit", digest({ a: parseJson("1.0000000000000000001") as PlainValue })],
    ["the tool", digest({ a: 1 }, { tool: "pay2" })],
    ["the session", digest({ a: 1 }, { session: "s-2" })],
    ["the subject", digest({ a: 1 }, { principal: { ...principal, subject: "x" } })],
    ["the issuer", digest({ a: 1 }, { principal: { ...principal, issuer: "x" } })],
    ["the tenant", digest({ a: 1 }, { principal: { ...principal, tenant: "x" } })],
    ["the type of an argument", digest({ a: "1" })],
  ])("changes with %s", (_name, other) => {
    expect(other).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(other).not.toBe(digest({ a: 1 }));
  });

  test("does not change with the role, which is no part of what is done", () => {
    expect(digest({ a: 1 }, { principal: { ...principal, role: "senior" } })).toBe(digest({ a: 1 }));
  });
});
