import { expect, test } from "vitest";
import { payFive, postAction, request, runningService, type TestService } from "../support/running-service.ts";

const rules = (service: TestService, id: string, person: "junior" | "senior" | "reviewer" = "junior") =>
  request(`${service.url}/v1/decisions/${id}/rules`, { headers: service.bearer(person) });

test("a decision's rules are named with file and line, those that spoke and all that succeeded", async () => {
  const service = await runningService();
  const { decision } = (await postAction(service, payFive)).body;
  const answer = await rules(service, decision.id);
  expect(answer.status).toBe(200);
  expect(answer.body.policy_digest).toBe(decision.policy_digest);
  for (const rule of [...answer.body.spoke, ...answer.body.fired]) {
    expect(rule).toEqual({ name: expect.any(String), file: expect.any(String), line: expect.any(Number) });
    expect(rule.line).toBeGreaterThan(0);
  }
  expect(answer.body.evaluation_ns).toBeGreaterThan(0);
  expect(answer.body.fired.length).toBeGreaterThan(0);
  expect(answer.body.fired).toEqual(expect.arrayContaining(answer.body.spoke));
});

test("what no policy was asked about has no rules", async () => {
  const service = await runningService();
  const refused = await postAction(service, { ...payFive, tool: "unheard_of" });
  const answer = await rules(service, refused.body.decision.id);
  expect([answer.status, answer.body.code]).toEqual([404, "rules_unavailable"]);
});

test("somebody else's decision has none either, but for the tenant's reviewers", async () => {
  const service = await runningService();
  const { decision } = (await postAction(service, payFive)).body;
  expect((await rules(service, decision.id, "senior")).body.code).toBe("decision_unknown");
  expect((await rules(service, decision.id, "reviewer")).status).toBe(200);
  expect((await rules(service, "not-an-id")).body.code).toBe("decision_unknown");
});
