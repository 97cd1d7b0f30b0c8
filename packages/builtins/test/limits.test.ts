import { BuiltinError } from "@flyball/engine";
import { makeObject, makeSet, type RegoValue } from "@flyball/engine/values";
import { describe, expect, it } from "vitest";
import { loadBuiltins } from "../src/index.ts";

/** Small arguments that describe something enormous: a fault at once, in every mode, instead of an answer that never comes. */
const cases: readonly (readonly [what: string, name: string, args: readonly RegoValue[]])[] = [
  ["all addresses of IPv6", "net.cidr_expand", ["::/0"]],
  ["more numbers than anybody can mean", "numbers.range", [0, 1e15]],
  ["a field as wide as a million, a hundred times", "sprintf", ["%1000000d".repeat(100), Array(100).fill(1)]],
  ["a long text between many parts", "concat", ["x".repeat(100_000), Array(1_000).fill("")]],
  ["a long text in the place of each character", "replace", ["x".repeat(10_000), "x", "y".repeat(10_000)]],
  ["a long text in the place of each match", "regex.replace", ["x".repeat(10_000), "x", "$0".repeat(5_000)]],
  ["a long text for each pattern", "strings.replace_n", [{ x: "y".repeat(10_000) }, "x".repeat(10_000)]],
  ["patterns that compare alike", "strings.replace_n", [{ [`${"x".repeat(20_000)}y`]: "" }, "x".repeat(40_000)]],
  ["a document copied into itself", "json.patch", [{ a: [1, 2, 3, 4, 5, 6, 7, 8] }, doublings(40)]],
  ["aliases of aliases", "yaml.unmarshal", [laughs(20)]],
  ["all paths of a dense graph", "graph.reachable_paths", [dense(14), ["n0"]]],
  ["globs as long as books", "regex.globs_match", ["a*".repeat(1_000).replaceAll("a*", "a*b"), "b*c".repeat(1_000)]],
  [
    "every network with every address",
    "net.cidr_contains_matches",
    [Array(10_000).fill("10.0.0.0/8"), Array(10_000).fill("10.0.0.1")],
  ],
  ["a bit too far to the left", "bits.lsh", [1, 1e9]],
];

function doublings(count: number): RegoValue {
  return Array.from({ length: count }, () => ({ op: "copy", from: "/a", path: "/a/0" }));
}

function laughs(levels: number): string {
  const lines = Array.from({ length: levels }, (_, level) =>
    level === 0 ? "a0: &a0 [x, x]" : `a${level}: &a${level} [*a${level - 1}, *a${level - 1}]`,
  );
  return lines.join("\n");
}

function dense(nodes: number): RegoValue {
  const names = Array.from({ length: nodes }, (_, index) => `n${index}`);
  return makeObject(names.map((name) => [name, makeSet(names)]));
}

describe("limits", () => {
  it.each(cases)("%s: %s", async (_, name, args) => {
    const builtin = (await loadBuiltins([name])).get(name);
    const run = () => builtin?.(args, { now: undefined });
    expect(run).toThrow(BuiltinError);
    expect(run).toThrow(expect.objectContaining({ fatal: true }));
  });

  it("let through what nests deep without being large", async () => {
    const depth = 1_500;
    const nested = "[".repeat(depth) + "]".repeat(depth);
    const builtins = await loadBuiltins(["json.unmarshal", "yaml.unmarshal"]);
    expect(builtins.get("json.unmarshal")?.([nested], { now: undefined })).toBeDefined();
    expect(() => builtins.get("json.unmarshal")?.(["[".repeat(100_000)], { now: undefined })).toThrow(BuiltinError);
    expect(() => builtins.get("yaml.unmarshal")?.(["[".repeat(100_000)], { now: undefined })).toThrow(BuiltinError);
  });

  it("match expressions in linear time", async () => {
    const builtins = await loadBuiltins(["regex.match", "glob.match"]);
    expect(builtins.get("regex.match")?.(["^(a+)+$", `${"a".repeat(5_000)}b`], { now: undefined })).toBe(false);
    expect(builtins.get("glob.match")?.([`${"*a".repeat(30)}b`, null, "a".repeat(2_000)], { now: undefined })).toBe(
      false,
    );
  });
});
