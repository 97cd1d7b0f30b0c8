import type { Policy } from "@flyball/engine";
import { beforeAll, describe, expect, it } from "vitest";
import { compileHostile } from "./compile-hostile.ts";
import { HOSTILE_CLASSES } from "./hostile-classes.ts";
import { openHostile } from "./open-hostile.ts";
import { runHostile } from "./run-hostile.ts";

/** Milliseconds an evaluation, so that a few are enough here; `npm run hostile` runs each a thousand times. */
const SLOW: ReadonlySet<string> = new Set([
  "objects of a million keys",
  "objects of a million keys that nobody reads",
  "parts that are shared 2^100 times",
  "exhausted memory",
  "strings of 5 MB",
  "strings of 5 MB, given back",
  "arrays of a length without elements",
  "bigints beyond the limits",
]);

let policy: Policy;
beforeAll(async () => {
  policy = await openHostile(compileHostile());
});

describe("thousands of hostile evaluations on one policy", () => {
  it("answer what their classes say, and good inputs between them are answered right", () => {
    const slow = [...SLOW].map((name) => HOSTILE_CLASSES[name]);
    const results = runHostile(policy, (hostile) => (slow.includes(hostile) ? 1 : 40));
    expect(results.filter(({ ran, asExpected }) => ran !== asExpected)).toEqual([]);
    expect(results).toHaveLength(Object.keys(HOSTILE_CLASSES).length);
    expect(results.reduce((sum, { ran }) => sum + ran, 0)).toBeGreaterThan(1_500);
  });
});
