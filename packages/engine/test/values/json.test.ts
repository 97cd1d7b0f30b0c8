import {
  JsonError,
  makeObject,
  makeSet,
  type ParseJsonOptions,
  parseJson,
  RegoNumber,
  toJson,
} from "@flyball/engine/values";
import { describe, expect, it } from "vitest";

function errorOf(source: string | Uint8Array, options: ParseJsonOptions = {}): JsonError {
  try {
    parseJson(source, options);
  } catch (error) {
    if (error instanceof JsonError) return error;
    throw error;
  }
  throw new Error("parsed without an error");
}

describe("parseJson", () => {
  it("agrees with JSON.parse where doubles are exact", () => {
    const text =
      ' {"a" : [1, -2.5e3, true,false , null, "\\u00e9\\n\\"\\/\\ud83d\\ude00", {}, []], "": {"b":"é😀"}, "1": 0.001}\r\n\t';
    expect(parseJson(text)).toEqual(JSON.parse(text));
    expect(parseJson(new TextEncoder().encode(text))).toEqual(JSON.parse(text));
  });

  it("keeps numbers that a double cannot hold", () => {
    const value = parseJson("[5000.0000000000000001, 12345678901234567890, 1e400, 0.1, -0, 9007199254740993, 1E2]");
    expect(toJson(value)).toBe(
      `[5000.0000000000000001,12345678901234567890,1${"0".repeat(400)},0.1,0,9007199254740993,100]`,
    );
  });

  it("keeps __proto__ as an own property", () => {
    const value = parseJson('{"__proto__": {"admin": true}, "a": 1}') as { readonly admin?: boolean };
    expect(Object.hasOwn(value, "__proto__")).toBe(true);
    expect(value.admin).toBeUndefined();
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  it("refuses duplicate keys with their path, or keeps the last", () => {
    const error = errorOf('{"a": [{}, {"x": 1,\n "x": 2}]}');
    expect(error).toMatchObject({ code: "json_duplicate_key", path: ["a", 1, "x"], line: 2, column: 2 });
    expect(errorOf('{"__proto__":1,"__proto__":2}').code).toBe("json_duplicate_key");
    expect(errorOf('{"a":1,"\\u0061":2}').code).toBe("json_duplicate_key");
    expect(parseJson('{"a":1,"a":2}', { duplicateKeys: "last" })).toEqual({ a: 2 });
  });

  it.each([
    "",
    " ",
    "{",
    "[",
    "[1,]",
    "{,}",
    '{"a"}',
    '{"a":}',
    '{"a":1,}',
    "{a:1}",
    "'a'",
    '"a',
    '"\n"',
    '"\\x"',
    '"\\u12g4"',
    "01",
    "-",
    "+1",
    ".5",
    "1.",
    "1e",
    "1e+",
    "NaN",
    "Infinity",
    "undefined",
    "tru",
    "nul",
    "1 2",
    "[1 2]",
    "// c\n1",
    "\ufeff1",
    "]",
    '{"a":1]',
    "\u00a01",
    "-a",
    '"\\',
  ])("refuses %j", (text) => {
    expect(errorOf(text).code).toBe("json_syntax");
    expect(() => JSON.parse(text)).toThrow();
  });

  it("refuses invalid UTF-8 and says where", () => {
    const bytes = new Uint8Array([...new TextEncoder().encode('["é", "')].concat([0xc3, 0x28, 0x22, 0x5d]));
    expect(errorOf(bytes)).toMatchObject({ code: "json_invalid_utf8", offset: 9 });
    expect(errorOf(Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22)).code).toBe("json_invalid_utf8");
    expect(errorOf(Uint8Array.of(0xef, 0xbb, 0xbf, 0x31)).code).toBe("json_syntax");
  });

  it("refuses surrogates without their other half, or replaces them", () => {
    expect(errorOf('"\\ud800"').code).toBe("json_lone_surrogate");
    expect(errorOf('"\\ud800x"').code).toBe("json_lone_surrogate");
    expect(errorOf('{"k": "\ud800"}')).toMatchObject({ code: "json_lone_surrogate", offset: 7 });
    expect(parseJson('["\\ud800", "\udc00"]', { loneSurrogates: "replace" })).toEqual(["\ufffd", "\ufffd"]);
  });

  it("has limits of depth, size and numbers", () => {
    expect(errorOf("[".repeat(100_000)).code).toBe("json_too_deep");
    expect(errorOf('{"a":'.repeat(100_000)).code).toBe("json_too_deep");
    expect(parseJson("[".repeat(2000) + "]".repeat(2000), { maxDepth: 1e9 })).toHaveLength(1);
    expect(errorOf("[[1]]", { maxDepth: 1 }).path).toEqual([0]);
    expect(errorOf("[1,2,3]", { maxBytes: 6 }).code).toBe("json_too_large");
    expect(errorOf("[1e9999999]")).toMatchObject({ code: "json_number_limit", path: [0] });
    expect(errorOf("9".repeat(10_000)).code).toBe("json_number_limit");
  });
});

describe("toJson", () => {
  it("prints sets sorted, keys sorted by code point, and other keys as their JSON", () => {
    expect(toJson(makeSet([3, "b", [1], 1]))).toBe('[1,3,"b",[1]]');
    expect(toJson({ b: 1, "\u{10000}": 2, "\uffff": 3, a: 4 })).toBe('{"a":4,"b":1,"\uffff":3,"\u{10000}":2}');
    expect(
      toJson(
        makeObject([
          [[1, 2], 3],
          [null, 1],
          ["null2", 2],
          [1.5, { x: makeSet([]) }],
        ]),
      ),
    ).toBe('{"1.5":{"x":[]},"[1,2]":3,"null":1,"null2":2}');
    // One text for two keys: OPA 1.22 prints the greater key's value.
    expect(
      toJson(
        makeObject([
          [makeSet([1, 2]), 5],
          [[1, 2], 3],
        ]),
      ),
    ).toBe('{"[1,2]":5}');
  });

  it("escapes as Go does", () => {
    expect(toJson('<>&\u2028\u0001\b\f\n\r\t"\\/é\u007f')).toBe(
      '"\\u003c\\u003e\\u0026\\u2028\\u0001\\b\\f\\n\\r\\t\\"\\\\/é\u007f"',
    );
    expect(toJson("<&>", { escapeHtml: false })).toBe('"<&>"');
    expect(toJson("a\ud800b😀")).toBe('"a\\ufffdb😀"');
  });

  it("indents", () => {
    expect(toJson({ a: [1, {}], b: [] }, { indent: 2 })).toBe('{\n  "a": [\n    1,\n    {}\n  ],\n  "b": []\n}');
    expect(toJson([1], { indent: "\t", prefix: ">" })).toBe("[\n>\t1\n>]");
  });

  it("round-trips what parseJson reads", () => {
    const text = '{"":[],"a":[0.1,12345678901234567890,"\\u003c"],"b":{"c":null}}';
    expect(toJson(parseJson(text))).toBe(text);
    expect(toJson([new RegoNumber("1.50"), 10n ** 20n])).toBe("[1.5,100000000000000000000]");
  });
});
