import { readFileSync } from "node:fs";
import { BuiltinError, loadBuiltins } from "@flyball/builtins";
import { equalValues, type RegoValue, toJson } from "@flyball/engine/values";
import { describe, expect, it } from "vitest";
import { parseModuleValue } from "../src/parse-module-value.ts";
import { type FixtureValue, fromFixture } from "./runtime/fixture-values.ts";

/** What OPA 1.22.2 answers to `rego.parse_module`, one call a line: the built-in, its arguments, its answer. Without an answer it is an error. */
type Row = readonly [name: string, args: readonly [string, string], want?: FixtureValue];

const rows = readFileSync(new URL("syntax/fixtures/opa-trees.jsonl", import.meta.url), "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => JSON.parse(line) as Row);

const builtins = await loadBuiltins(["rego.parse_module"], { grants: { parseModule: parseModuleValue } });

function parse(file: string, text: string): RegoValue | undefined {
  return builtins.get("rego.parse_module")?.([file, text], { now: undefined });
}

describe("rego.parse_module", () => {
  it.each(rows.map(([, [file, text], want]) => ({ file, text, want })))(
    "answers as OPA does to $text",
    ({ file, text, want }) => {
      if (want === undefined) {
        expect(() => parse(file, text)).toThrow(BuiltinError);
        return;
      }
      const got = parse(file, text) ?? null;
      const wanted = fromFixture(want);
      expect(equalValues(got, wanted), `got ${toJson(got)}, want ${toJson(wanted)}`).toBe(true);
    },
  );

  it("needs the parser, which the application brings", async () => {
    expect((await loadBuiltins(["rego.parse_module"])).size).toBe(0);
  });

  it("refuses texts that are too long, for good", () => {
    const long = `package a\np := "${"x".repeat(1 << 18)}"`;
    expect(() => parse("x.rego", long)).toThrow(expect.objectContaining({ fatal: true }));
  });
});
