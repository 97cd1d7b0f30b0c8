import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { validateBound } from "../../src/bind/validate-bound.ts";
import { bindText } from "./bind-text.ts";

interface ConformanceCase {
  readonly note: string;
  readonly modules?: readonly string[];
}

const FILE = new URL("../../../../../shared/conformance/opa-v1.jsonl", import.meta.url);
const present = existsSync(FILE);
if (!present) console.warn(`SKIPPED: ${FILE.pathname} is not there, so the official OPA cases are not bound`);

/** It calls `test.sleep`, which only OPA's own test program has. */
const NOT_REGO = "time/time caching";

describe.skipIf(!present)("the modules of the official OPA cases", () => {
  const cases = present ? readCases() : [];

  it("bind without a diagnostic", () => {
    const mistaken = cases.flatMap(({ note, modules }) => {
      const [first] = bindText(modules ?? []).diagnostics;
      return first === undefined ? [] : [`${note}: ${first.message}`];
    });
    expect(mistaken).toEqual([]);
    expect(cases.length).toBeGreaterThan(2_000);
  });

  it("keep every invariant of the bound form", () => {
    const broken = cases.flatMap(({ note, modules }) => {
      const { policy } = bindText(modules ?? []);
      return policy === undefined ? [] : validateBound(policy).map((fault) => `${note}: ${fault}`);
    });
    expect(broken).toEqual([]);
  });
});

function readCases(): readonly ConformanceCase[] {
  const lines = readFileSync(FILE, "utf8").trim().split("\n");
  return lines.map((line): ConformanceCase => JSON.parse(line)).filter(({ note }) => note !== NOT_REGO);
}
