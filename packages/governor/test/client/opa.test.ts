// `PolicyClient` beside a real OPA server with the same policy. Needs an OPA (environment variable OPA, PATH or .tools/opa).

import { fixedPolicy, PolicyClient, type ShadowReport } from "@flyball/governor";
import { describe, expect, onTestFinished, test } from "vitest";
import { limitsRego, regoPolicy } from "../support/rego-policy.ts";
import { findOpa, opaServer } from "./opa-server.ts";

const opa = findOpa() ?? "";
if (opa === "") {
  console.warn(
    "NO OPA FOUND (environment variable OPA, PATH, .tools/opa): PolicyClient is NOT tested beside a real OPA",
  );
}

describe.skipIf(opa === "")("beside a real OPA server", () => {
  test("server and module agree on every amount, whichever of the two answers", async () => {
    const { url } = await opaServer(opa, limitsRego);
    const policies = fixedPolicy(await regoPolicy(limitsRego));
    const reports: ShadowReport[] = [];
    const onDifference = (report: ShadowReport) => reports.push(report);
    const onModule = new PolicyClient({ policies, shadow: { url, onDifference } });
    const onServer = new PolicyClient({ url, shadow: { policies, onDifference } });
    onTestFinished(() => onModule.close());
    onTestFinished(() => onServer.close());
    const answers: string[] = [];
    for (const amount of [-1, 0, 1, 100, 100.01, 1000, 1000.01, 1e15, "100", null, undefined, [1], { amount: 1 }]) {
      const input = { action: { arguments: { amount } } };
      const answer = await onModule.evaluatePolicy(input);
      expect(await onServer.evaluatePolicy(input)).toBe(answer);
      answers.push(answer);
    }
    expect(new Set(answers)).toEqual(new Set(["ALLOW", "DENY", "MANUAL_REVIEW"]));
    for (const input of [undefined, null, false, 0, "", []]) {
      expect(await onServer.evaluatePolicy(input)).toBe(await onModule.evaluatePolicy(input));
    }
    await onModule.drain();
    await onServer.drain();
    expect(reports).toEqual([]);
    expect(onModule.stats().shadow.agreed + onServer.stats().shadow.agreed).toBe(2 * answers.length + 12);
  });

  test("a rule that differs is found", async () => {
    const { url } = await opaServer(opa, limitsRego);
    const policies = fixedPolicy(await regoPolicy(limitsRego.replace("amount <= 100 ", "amount < 100 ")));
    const reports: ShadowReport[] = [];
    const client = new PolicyClient({ url, shadow: { policies, onDifference: (report) => reports.push(report) } });
    onTestFinished(() => client.close());
    for (const amount of [99, 100, 101]) await client.evaluatePolicy({ action: { arguments: { amount } } });
    await client.drain();
    expect(reports.map(({ answered, shadow }) => [answered.effect, shadow.effect])).toEqual([["ALLOW", "DENY"]]);
  });

  test("a conflict, a decision that is undefined and one that does not exist are DENY; so is a server that was killed", async () => {
    const rules = `decision := "ALLOW" if input.a\ndecision := "DENY" if input.b`;
    const { url, stop } = await opaServer(opa, rules);
    const client = new PolicyClient({ url, timeoutMs: 5_000 });
    const other = new PolicyClient({ url: `${url}/nothing/here`, timeoutMs: 5_000 });
    onTestFinished(() => client.close());
    onTestFinished(() => other.close());
    expect(await client.evaluatePolicy({ a: true })).toBe("ALLOW");
    expect(await client.evaluatePolicy({ a: true, b: true })).toBe("DENY");
    expect(await client.evaluatePolicy({})).toBe("DENY");
    expect(await other.evaluatePolicy({ a: true })).toBe("DENY");
    expect(client.stats()).toMatchObject({ answered: 3, faults: 2 });
    stop();
    expect(await client.evaluatePolicy({ a: true })).toBe("DENY");
  });
});
