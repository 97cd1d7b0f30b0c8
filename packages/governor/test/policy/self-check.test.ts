import { selfCheck } from "@flyball/governor";
import { describe, expect, test } from "vitest";
import { regoPolicy } from "../support/rego-policy.ts";

describe("the self-check", () => {
  test("passes a policy that denies what nobody may do", async () => {
    const rules = `
default decision := "DENY"

decision := "ALLOW" if { input.principal.role == "junior"; input.action.tool == "pay" }
`;
    expect(selfCheck(await regoPolicy(rules))).toEqual([]);
  });

  test.each([
    ["allows everything", `decision := "ALLOW"`, "an empty object", "ALLOW"],
    ["has no default", `decision := "DENY" if input.action.tool == "pay"`, "an empty object", "policy_undefined"],
    ["reviews what nobody may do", `decision := "MANUAL_REVIEW"`, "no input", "MANUAL_REVIEW"],
    ["answers in another letter case", `decision := "deny"`, "no input", "policy_output_invalid"],
    ["answers true", `decision := true`, "no input", "policy_output_invalid"],
    [
      "allows every role",
      `default decision := "DENY"\n\ndecision := "ALLOW" if input.principal.role`,
      "a role that nobody has",
      "ALLOW",
    ],
    [
      "allows every tool to a senior",
      `default decision := "DENY"\n\ndecision := "ALLOW" if input.principal.role == "senior"`,
      "a tool that does not exist",
      "ALLOW",
    ],
  ])("finds a policy that %s", async (_name, rules, probe, found) => {
    const failures = selfCheck(await regoPolicy(rules));
    const failure = failures.find((each) => each.probe === probe);
    expect(failure?.found).toContain(found);
  });

  test("finds a policy whose engine throws", () => {
    const evaluate = (): never => {
      throw new Error("a trap");
    };
    expect(selfCheck({ digest: "", entrypoint: "a/b", reads: [[]], evaluate })[0]?.found).toContain("engine_fault");
  });
});
