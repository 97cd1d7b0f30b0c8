// The checker itself: each kind of fault is found where it is, and only there.

import { describe, expect, test } from "vitest";
import { checkGrid, type GridEvaluation, type GridFaultKind, type GridReport } from "../grid/check-grid.ts";
import { ABSENT, at, each, type Grid, type GridDocument, together, unclear, withField } from "../grid/grid-axis.ts";

const GRID: Grid = {
  name: "small",
  base: { amount: 1, role: "senior", currency: "USD" },
  axes: [
    {
      name: "role",
      worsens: true,
      values: [...each("role", ["senior", "junior"]), { ...at("role", "admin"), must: "unknown_role" }],
    },
    {
      name: "currency",
      values: [
        at("currency", "USD"),
        { ...at("currency", "usd"), spells: '"USD"' },
        { ...at("currency", "btc"), must: "barred" },
      ],
    },
    { name: "amount", worsens: true, values: [...each("amount", [1, 10, 100]), ...unclear("amount", [-1, ABSENT])] },
  ],
};

const reason = (code: string) => ({ code, field: "amount", message: "why" });

const value = (answer: unknown): GridEvaluation => ({ kind: "value", value: answer });
const allow = value({ decision: "ALLOW", reasons: [], obligations: {} });
const deny = (...codes: string[]) => value({ decision: "DENY", reasons: codes.map(reason), obligations: {} });
const review = value({ decision: "MANUAL_REVIEW", reasons: [reason("large")], obligations: {} });

/** What a sound policy answers on the small grid. */
function sound(document: GridDocument): GridEvaluation {
  const { amount, role, currency } = document;
  if (typeof amount !== "number" || amount <= 0) return deny("amount");
  if (role !== "senior" && role !== "junior") return deny("role");
  if (String(currency).toUpperCase() !== "USD") return deny("currency");
  if (amount <= (role === "senior" ? 10 : 1)) return allow;
  return amount <= 10 ? review : deny("amount");
}

/** The sound answers, but for the documents that `matches`. */
function withFault(matches: (document: GridDocument) => boolean, answer: GridEvaluation): GridReport {
  return checkGrid({ grids: [GRID], decide: (document) => (matches(document) ? answer : sound(document)) });
}

const kinds = (report: GridReport): GridFaultKind[] => [...report.faultCounts.keys()].sort();

describe("checkGrid", () => {
  test("asks every point and finds nothing in a sound policy", () => {
    const report = checkGrid({ grids: [GRID], decide: sound });
    expect(report.points).toBe(3 * 3 * 5);
    expect(report.faults).toEqual([]);
    expect(report.effects).toEqual({ ALLOW: 6, MANUAL_REVIEW: 2, DENY: 37 });
    expect([...report.reasonCodes].sort()).toEqual(["amount", "currency", "large", "role"]);
  });

  test("names the point of a fault by the labels of its axes", () => {
    const report = withFault(({ amount, currency }) => amount === -1 && currency === "usd", allow);
    expect(report.faults[0]).toMatchObject({
      kind: "unclear_not_denied",
      grid: "small",
      point: { role: '"senior"', currency: '"usd"', amount: "-1" },
    });
  });

  test.each<[string, (document: GridDocument) => boolean, GridEvaluation, GridFaultKind]>([
    ["a conflict", () => true, { kind: "fault", code: "policy_conflict", message: "" }, "conflict"],
    ["another fault", () => true, { kind: "fault", code: "fuel_exhausted", message: "" }, "evaluation_fault"],
    ["an undefined answer", () => true, { kind: "undefined" }, "undefined"],
    ["a word in another letter case", () => true, value("Deny"), "malformed_decision"],
    ["a decision with a part too many", () => true, value({ decision: "DENY", note: "" }), "malformed_decision"],
    [
      "a reason without a message",
      () => true,
      value({ decision: "DENY", reasons: [{ code: "a", field: "b" }], obligations: {} }),
      "malformed_decision",
    ],
    ["a denial without a reason", () => true, deny(), "unexplained_decision"],
    ["reasons that are not sorted", () => true, deny("b", "a"), "unexplained_decision"],
    ["a reason given twice", () => true, deny("a", "a"), "unexplained_decision"],
    ["the last resort", () => true, deny("not_permitted"), "unexplained_decision"],
    ["an absent amount that is reviewed", ({ amount }) => amount === undefined, review, "unclear_not_denied"],
    ["a negative amount that is allowed", ({ amount }) => amount === -1, allow, "unclear_not_denied"],
    ["a barred currency that is allowed", ({ currency }) => currency === "btc", allow, "barred_not_denied"],
    ["an unknown role that is reviewed", ({ role }) => role === "admin", review, "unknown_role_not_denied"],
    ["a larger amount that is allowed again", ({ amount }) => amount === 100, allow, "milder_when_worse"],
    [
      "a lower role that is allowed more",
      ({ role, amount }) => role === "junior" && amount === 10,
      allow,
      "milder_when_worse",
    ],
    ["a spelling that is denied", ({ currency }) => currency === "usd", deny("currency"), "spelling_changes_answer"],
  ])("finds %s", (_name, matches, answer, kind) => {
    expect(kinds(withFault(matches, answer))).toContain(kind);
  });

  test("counts every fault and shows at most three of a kind", () => {
    const report = withFault(() => true, { kind: "undefined" });
    expect(report.faultCounts.get("undefined")).toBe(45);
    expect(report.faults.filter((fault) => fault.kind === "undefined")).toHaveLength(3);
  });

  test("takes a point without a decision for a denial, as it acts", () => {
    expect(withFault(() => true, { kind: "undefined" }).effects).toEqual({ ALLOW: 0, MANUAL_REVIEW: 0, DENY: 45 });
  });

  test("passes each document and evaluation on", () => {
    let seen = 0;
    checkGrid({
      grids: [GRID],
      decide: sound,
      onEvaluation: (document, evaluation) => {
        seen += 1;
        expect(evaluation).toEqual(sound(document));
      },
    });
    expect(seen).toBe(45);
  });
});

describe("the documents of a grid", () => {
  test("are copies: the base is never changed", () => {
    const base = Object.freeze({ a: Object.freeze({ b: 1 }) });
    expect(withField(base, "a/b", 2)).toEqual({ a: { b: 2 } });
    expect(withField(base, "a/c", 2)).toEqual({ a: { b: 1, c: 2 } });
    expect(withField(base, "a/b", ABSENT)).toEqual({ a: {} });
    expect(withField(base, "x/y", 1)).toEqual({ a: { b: 1 }, x: { y: 1 } });
    expect(together("both", { "a/b": 3, c: 4 }).apply(base)).toEqual({ a: { b: 3 }, c: 4 });
    expect(base).toEqual({ a: { b: 1 } });
  });
});
