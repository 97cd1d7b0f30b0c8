import { closeDecision, type Decision, reasonCatalogue } from "@flyball/governor";
import { describe, expect, test } from "vitest";

const context = { id: "d-1", policyDigest: "sha256:1", entrypoint: "a/b", decidedAt: "2026-01-01T00:00:00.000Z" };
const close = (evaluation: unknown): Decision => closeDecision(evaluation, context);
const answer = (value: unknown): Decision => close({ kind: "value", value });
const reason = { code: "too_much", message: "too much", field: "amount" };

describe("a well-formed answer is taken as it is", () => {
  const rows: [string, unknown, Decision["effect"], string[]][] = [
    ["the text ALLOW", "ALLOW", "ALLOW", []],
    ["the text DENY", "DENY", "DENY", ["policy_denied"]],
    ["the text MANUAL_REVIEW", "MANUAL_REVIEW", "MANUAL_REVIEW", ["policy_review"]],
    ["an object with a decision alone", { decision: "ALLOW" }, "ALLOW", []],
    ["an object with reasons", { decision: "DENY", reasons: [reason] }, "DENY", ["too_much"]],
    ["reasons as a set", { decision: "MANUAL_REVIEW", reasons: new Set([reason]) }, "MANUAL_REVIEW", ["too_much"]],
    ["empty reasons", { decision: "DENY", reasons: [] }, "DENY", ["policy_denied"]],
    ["an object without a prototype", Object.assign(Object.create(null), { decision: "ALLOW" }), "ALLOW", []],
    ["empty obligations", { decision: "ALLOW", obligations: {} }, "ALLOW", []],
  ];
  test.each(rows)("%s", (_name, value, effect, codes) => {
    const decision = answer(value);
    expect(decision).toMatchObject({ ...context, effect, cause: "policy" });
    expect(decision.reasons.map(({ code }) => code)).toEqual(codes);
  });

  test("obligations are carried, as a frozen copy", () => {
    const roles = ["reviewer"];
    const decision = answer({ decision: "MANUAL_REVIEW", obligations: { review: { approver_roles: roles } } });
    roles.push("junior");
    expect(decision.obligations).toEqual({ review: { approver_roles: ["reviewer"] } });
    expect(Object.isFrozen(decision) && Object.isFrozen(decision.obligations)).toBe(true);
  });
});

describe("everything else is DENY", () => {
  const throwing = new Proxy(
    {},
    {
      ownKeys: () => {
        throw new Error("no");
      },
      has: () => {
        throw new Error("no");
      },
    },
  );
  const getter = Object.defineProperty({}, "decision", { enumerable: true, get: () => "ALLOW" });
  const rows: [string, unknown, string][] = [
    ["another letter case", { kind: "value", value: "Allow" }, "policy_output_invalid"],
    ["a space after the word", { kind: "value", value: "ALLOW " }, "policy_output_invalid"],
    ["another word", { kind: "value", value: "PERMIT" }, "policy_output_invalid"],
    ["true", { kind: "value", value: true }, "policy_output_invalid"],
    ["null", { kind: "value", value: null }, "policy_output_invalid"],
    ["a number", { kind: "value", value: 1 }, "policy_output_invalid"],
    ["a list with ALLOW", { kind: "value", value: ["ALLOW"] }, "policy_output_invalid"],
    ["a set with ALLOW", { kind: "value", value: new Set(["ALLOW"]) }, "policy_output_invalid"],
    ["a map with ALLOW", { kind: "value", value: new Map([["decision", "ALLOW"]]) }, "policy_output_invalid"],
    ["a text object", { kind: "value", value: Object("ALLOW") }, "policy_output_invalid"],
    ["an empty object", { kind: "value", value: {} }, "policy_output_invalid"],
    ["an inherited decision", { kind: "value", value: Object.create({ decision: "ALLOW" }) }, "policy_output_invalid"],
    ["the decision under another key", { kind: "value", value: { effect: "ALLOW" } }, "policy_output_invalid"],
    ["an unknown field", { kind: "value", value: { decision: "ALLOW", why: 1 } }, "policy_output_invalid"],
    ["a symbol for a field", { kind: "value", value: { decision: "ALLOW", [Symbol()]: 1 } }, "policy_output_invalid"],
    ["reasons as a text", { kind: "value", value: { decision: "ALLOW", reasons: "x" } }, "policy_output_invalid"],
    ["a reason as a text", { kind: "value", value: { decision: "ALLOW", reasons: ["x"] } }, "policy_output_invalid"],
    [
      "a reason without a code",
      { kind: "value", value: { decision: "DENY", reasons: [{ message: "x" }] } },
      "policy_output_invalid",
    ],
    [
      "a code with capitals",
      { kind: "value", value: { decision: "DENY", reasons: [{ code: "X", message: "" }] } },
      "policy_output_invalid",
    ],
    [
      "a reason with more fields",
      { kind: "value", value: { decision: "DENY", reasons: [{ ...reason, a: 1 }] } },
      "policy_output_invalid",
    ],
    [
      "more than 100 reasons",
      { kind: "value", value: { decision: "DENY", reasons: Array.from({ length: 101 }, () => reason) } },
      "policy_output_invalid",
    ],
    [
      "obligations as a list",
      { kind: "value", value: { decision: "ALLOW", obligations: [] } },
      "policy_output_invalid",
    ],
    [
      "a function among obligations",
      { kind: "value", value: { decision: "ALLOW", obligations: { a: () => 1 } } },
      "policy_output_invalid",
    ],
    ["undefined", { kind: "undefined" }, "policy_undefined"],
    ["a conflict", { kind: "fault", code: "policy_conflict", message: "two values" }, "policy_conflict"],
    ["a fault with an unknown code", { kind: "fault", code: "all_fine", message: "ALLOW" }, "engine_fault"],
    ["a fault without a code", { kind: "fault" }, "engine_fault"],
    ["a fault that carries a value", { kind: "fault", code: "fuel_exhausted", value: "ALLOW" }, "fuel_exhausted"],
    ["a value evaluation without a value", { kind: "value" }, "engine_fault"],
    ["an unknown kind", { kind: "allow", value: "ALLOW" }, "engine_fault"],
    ["an inherited value", Object.create({ kind: "value", value: "ALLOW" }), "engine_fault"],
    ["nothing", undefined, "engine_fault"],
    ["the bare text ALLOW", "ALLOW", "engine_fault"],
    ["a proxy that throws", throwing, "engine_fault"],
    ["a proxy that throws as the answer", { kind: "value", value: throwing }, "engine_fault"],
  ];
  test.each(rows)("%s", (_name, evaluation, code) => {
    const decision = close(evaluation);
    expect(decision).toMatchObject({ ...context, effect: "DENY", cause: "governor" });
    expect(decision.reasons.map((each) => each.code)).toEqual([code]);
    expect(decision.reasons[0]?.message).not.toBe("");
  });

  test("a getter is read once, so it cannot be one thing when checked and another when used", () => {
    let reads = 0;
    const value = Object.defineProperty({}, "decision", {
      enumerable: true,
      get: () => (reads++ === 0 ? "DENY" : "ALLOW"),
    });
    expect(answer(value).effect).toBe("DENY");
    expect(reads).toBe(1);
    expect(answer(getter).effect).toBe("ALLOW");
  });

  test("100,000 random answers are never an ALLOW that was not spelt out", () => {
    let seed = 1;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return (seed >>> 8) % below;
    };
    const atoms = ["ALLOW", "allow", "DENY", "MANUAL_REVIEW", "Allow", true, 1, null, undefined, [], {}, "", "reasons"];
    const keys = ["decision", "reasons", "obligations", "Decision", "effect", "__proto__", "constructor"];
    for (let round = 0; round < 100_000; round += 1) {
      const entries = Array.from({ length: random(4) }, () => [keys[random(keys.length)], atoms[random(atoms.length)]]);
      const value: unknown = Object.fromEntries(entries);
      const isSpeltOut =
        Object.keys(value as object).every((key) => ["decision", "reasons", "obligations"].includes(key)) &&
        (value as { decision?: unknown }).decision === "ALLOW";
      if (answer(value).effect === "ALLOW" && !isSpeltOut) expect.fail(JSON.stringify(entries));
    }
  });
});

test("a refusal of several fields gives one reason for each, with the one code", () => {
  const issues = [
    { field: "amount", message: "is missing" },
    { field: "", message: "" },
  ];
  const { reasons } = close({ kind: "fault", code: "arguments_invalid", issues });
  expect(reasons).toEqual([
    { code: "arguments_invalid", field: "amount", message: "is missing" },
    { code: "arguments_invalid", message: reasonCatalogue.arguments_invalid.message },
  ]);
});
