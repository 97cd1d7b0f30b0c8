// The advisor's policies, compiled and evaluated as in production, on every point of the grids: no conflict, nothing
// undefined, no permission without a known role, a larger amount or a lower role never with a milder answer, and each
// decision the same, word for word, as the one written by hand in TypeScript.

import { fileURLToPath } from "node:url";
import { type AdvisorData, handwrittenAdvisor } from "@flyball/benchmarks/advisor.handwritten";
import { loadBuiltins } from "@flyball/builtins";
import { compile } from "@flyball/compiler";
import { type Evaluation, loadPolicy, RegoNumber } from "@flyball/engine";
import { beforeAll, describe, expect, test } from "vitest";
import { advisorGrids, orderGrid } from "../grid/advisor-grids.ts";
import { checkGrid, type GridReport } from "../grid/check-grid.ts";
import type { GridDocument } from "../grid/grid-axis.ts";
import { loadPolicySources, type PolicySources } from "../grid/load-policy-sources.ts";
import { SOUND_POLICY, withCaseSensitiveBar, withConflict, withNegativeAmounts } from "./bad-policies.ts";

const FOLDER = fileURLToPath(new URL("..", import.meta.url));

/** Amounts that no JavaScript number holds: none may be taken for its neighbour. */
const EXACT_AMOUNTS = [
  new RegoNumber("5000.0000000000000001"),
  new RegoNumber("1000.001"),
  new RegoNumber("0.000000000000000000001"),
  new RegoNumber("-1000.00"),
  9_007_199_254_740_993n,
  -1n,
];

type Decide = (document: GridDocument) => Evaluation;

async function compiled({ modules, data }: PolicySources): Promise<Decide> {
  const { wasm, manifest, diagnostics } = compile({ modules, data, entrypoints: ["finance/decision"] });
  expect(diagnostics).toEqual([]);
  if (wasm === undefined || manifest === undefined) throw new Error("no diagnostics, and no module either");
  const policy = await loadPolicy(wasm, { builtins: await loadBuiltins(manifest.builtins.map(({ name }) => name)) });
  return policy.entrypoint("finance/decision");
}

/** Equal as JSON, whatever the order of an object's keys. */
function canonical(answer: unknown): string {
  return JSON.stringify(answer, (_key, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

function amountOf(document: GridDocument): unknown {
  const { action } = document as { readonly action?: { readonly arguments?: { readonly amount?: unknown } } };
  return action?.arguments?.amount;
}

/** The codes that the sources can give, but for the two last resorts. */
function codesIn({ modules }: PolicySources): string[] {
  const text = Object.values(modules).join("\n");
  const codes = new Set([...text.matchAll(/"code": "([a-z_]+)"/g)].map((match) => match[1] ?? ""));
  codes.delete("not_permitted");
  codes.delete("policy_data_missing");
  return [...codes].sort();
}

const sources = loadPolicySources(FOLDER);

describe("the advisor's policies on the grid", () => {
  let report: GridReport;
  const differences: string[] = [];
  let compared = 0;

  beforeAll(async () => {
    const decide = await compiled(sources);
    const byHand = handwrittenAdvisor(sources.data as unknown as AdvisorData);
    report = checkGrid({
      grids: advisorGrids(EXACT_AMOUNTS),
      decide,
      onEvaluation(document, evaluation) {
        // The hand-written rules know JavaScript's numbers only.
        const amount = amountOf(document);
        if (typeof amount === "bigint" || amount instanceof RegoNumber) return;
        compared += 1;
        const [policy, hand] = [canonical(evaluation), canonical({ kind: "value", value: byHand(document) })];
        if (policy !== hand && differences.length < 5) {
          differences.push(`${canonical(document)}\n  policy: ${policy}\n  by hand: ${hand}`);
        }
      },
    });
  }, 300_000);

  test("have no fault", () => {
    expect(report.faults).toEqual([]);
    expect(report.faultCounts.size).toBe(0);
  });

  test("are asked several hundred thousand times, and answer in all three ways", () => {
    expect(report.points).toBeGreaterThan(300_000);
    expect(report.effects.ALLOW).toBeGreaterThan(1000);
    expect(report.effects.MANUAL_REVIEW).toBeGreaterThan(1000);
  });

  test("give each of their reasons at least once", () => {
    expect([...report.reasonCodes].sort()).toEqual(codesIn(sources));
  });

  test("decide as the rules written by hand, reason by reason", () => {
    expect(differences).toEqual([]);
    expect(compared).toBeGreaterThan(300_000);
  });
});

describe("the rules written by hand on the grid", () => {
  test("have no fault", () => {
    const byHand = handwrittenAdvisor(sources.data as unknown as AdvisorData);
    const report = checkGrid({
      grids: advisorGrids(),
      decide: (document) => ({ kind: "value", value: byHand(document) }),
    });
    expect(report.faults).toEqual([]);
  });
});

describe("a bad policy on the grid", () => {
  async function faultsOf(policy: string): Promise<GridReport> {
    const decide = await compiled({ modules: { "finance.rego": policy }, data: {} });
    return checkGrid({ grids: [orderGrid()], decide });
  }

  const kinds = (report: GridReport) => [...report.faultCounts.keys()].sort();

  test("has no fault before one is put in", async () => {
    expect((await faultsOf(SOUND_POLICY)).faults).toEqual([]);
  });

  test("is found out when complete rules conflict", async () => {
    const report = await faultsOf(withConflict(SOUND_POLICY));
    // A conflict acts as a denial, so the next larger amount gets a milder answer than the one at the border.
    expect(kinds(report)).toEqual(["conflict", "milder_when_worse"]);
    const amounts = report.faults.filter(({ kind }) => kind === "conflict").map(({ point: { amount } }) => amount);
    expect(new Set(amounts).isSubsetOf(new Set(["5000", "500000"]))).toBe(true);
  });

  test("is found out when it allows a negative amount", async () => {
    const report = await faultsOf(withNegativeAmounts(SOUND_POLICY));
    expect(kinds(report)).toEqual(["unclear_not_denied"]);
    expect(report.faults.every(({ point: { amount } }) => Number(amount) < 0)).toBe(true);
  });

  test("is found out when its bar is case-sensitive", async () => {
    const report = await faultsOf(withCaseSensitiveBar(SOUND_POLICY));
    expect(kinds(report)).toEqual(["barred_not_denied"]);
    expect(report.faults.some(({ point: { currency } }) => currency === '"btc"')).toBe(true);
    expect(report.faults.every(({ point: { currency } }) => currency !== '"BTC"')).toBe(true);
  });

  test("is found out in each fault when it has all three", async () => {
    const report = await faultsOf(withCaseSensitiveBar(withNegativeAmounts(withConflict(SOUND_POLICY))));
    expect(kinds(report)).toEqual(["barred_not_denied", "conflict", "milder_when_worse", "unclear_not_denied"]);
  });
});
