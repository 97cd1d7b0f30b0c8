import { readdirSync, readFileSync } from "node:fs";
import { BuiltinError } from "@flyball/engine";
import { equalValues, type RegoValue, toJson } from "@flyball/engine/values";
import { describe, expect, it } from "vitest";
import { loadBuiltins } from "../src/index.ts";
import { type FixtureValue, fromFixture } from "./fixture-values.ts";

/**
 * What OPA 1.22.2 answers, one call a line: built-in, arguments, answer. No answer means an error, and {"undefined": true} that there is no result and no error. The answers to
 * the built-ins that a module carries itself are the compiler's, so that host and module are held to the same ones.
 */
type Row = readonly [name: string, args: readonly FixtureValue[], want?: FixtureValue | { readonly undefined: true }];

const own = new URL("fixtures/", import.meta.url);
const files = [
  ...readdirSync(own).map((name) => new URL(name, own)),
  new URL("../../compiler/test/runtime/fixtures/opa-answers.jsonl", import.meta.url),
];
const rows = files.flatMap((file) =>
  readFileSync(file, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Row),
);
const builtins = await loadBuiltins(new Set(rows.map(([name]) => name)));

const ERROR: unique symbol = Symbol("error");

function call(name: string, args: readonly FixtureValue[]): RegoValue | typeof ERROR | undefined {
  const builtin = builtins.get(name);
  if (builtin === undefined) throw new Error(`no built-in ${name}`);
  try {
    return builtin(args.map(fromFixture), { now: undefined });
  } catch (error) {
    if (error instanceof BuiltinError) return ERROR;
    throw error;
  }
}

describe("built-ins answer as OPA does", () => {
  const byName = Map.groupBy(rows, ([name]) => name);
  it.each([...byName.keys()].sort())("%s", (name) => {
    for (const [, args, want] of byName.get(name) ?? []) {
      const got = call(name, args);
      const trial = `${name}(${JSON.stringify(args)})`;
      if (want === undefined) {
        // The least and the greatest of nothing are undefined without being an error.
        expect(got === ERROR || ((name === "max" || name === "min") && got === undefined), trial).toBe(true);
      } else if (typeof want === "object" && want !== null && "undefined" in want) {
        expect(got, trial).toBeUndefined();
      } else {
        const wanted = fromFixture(want);
        const shown = got === undefined || got === ERROR ? String(got) : toJson(got);
        expect(
          got !== undefined && got !== ERROR && equalValues(got, wanted),
          `${trial}: got ${shown}, want ${toJson(wanted)}`,
        ).toBe(true);
      }
    }
  });
});
