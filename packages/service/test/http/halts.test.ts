import { expect, test } from "vitest";
import {
  type Answer,
  payFive,
  postAction,
  request,
  runningService,
  type TestService,
} from "../support/running-service.ts";

type Sent = { readonly scope: unknown; readonly reason: unknown };

function halts(
  service: TestService,
  method: "GET" | "PUT" | "DELETE",
  sent?: Sent,
  person = "reviewer",
): Promise<Answer> {
  const headers = service.bearer(person as "reviewer");
  if (sent === undefined) return request(`${service.url}/v1/halts`, { method, headers });
  const body = JSON.stringify(sent);
  return request(`${service.url}/v1/halts`, {
    method,
    headers: { ...headers, "content-type": "application/json" },
    body,
  });
}

const trader = { kind: "trader", issuer: "urn:flyball:development", subject: "jun" };

test.each([
  ["the tenant", { kind: "tenant" }],
  ["the person", trader],
  ["the tool", { kind: "tool", tool: "pay" }],
])(
  "a halt of %s stops the next action with `halted`, and lifting it lets actions through again",
  async (_name, scope) => {
    const service = await runningService();
    expect((await halts(service, "PUT", { scope, reason: "an incident" })).status).toBe(200);
    const { status, body } = await postAction(service, payFive);
    expect([status, body.code]).toEqual([503, "halted"]);
    expect(JSON.stringify(body)).not.toContain("an incident");
    expect(service.paid).toEqual([]);
    expect((await halts(service, "DELETE", { scope, reason: "it is over" })).status).toBe(200);
    expect((await postAction(service, payFive)).status).toBe(200);
    const { body: listed } = await halts(service, "GET");
    expect(listed.halts).toEqual([]);
    expect(listed.events).toMatchObject([
      { event: "lifted", scope, reason: "it is over", by: { subject: "rev" } },
      { event: "put", scope, reason: "an incident", by: { subject: "rev" } },
    ]);
  },
);

test("a halt of another person, client or tool stops nobody else", async () => {
  const service = await runningService();
  for (const scope of [
    { ...trader, subject: "sen" },
    { ...trader, issuer: "x" },
    { kind: "tool", tool: "x" },
    { kind: "client", client: "c" },
  ]) {
    await halts(service, "PUT", { scope, reason: "r" });
  }
  expect((await postAction(service, payFive)).status).toBe(200);
});

test("everything is for operators, the tenant for reviewers, nothing for traders: `role_not_permitted`", async () => {
  const service = await runningService();
  const everything = { scope: { kind: "everything" }, reason: "r" };
  const tenant = { scope: { kind: "tenant" }, reason: "r" };
  expect((await halts(service, "PUT", everything)).body.code).toBe("role_not_permitted");
  for (const method of ["PUT", "DELETE"] as const) {
    expect((await halts(service, method, tenant, "senior")).body.code).toBe("role_not_permitted");
  }
  expect((await halts(service, "GET", undefined, "junior")).body.code).toBe("role_not_permitted");
  expect((await halts(service, "PUT", everything, "operator")).status).toBe(200);
  expect((await postAction(service, payFive)).body.code).toBe("halted");
});

test.each<[string, Sent]>([
  ["no scope", { scope: undefined, reason: "r" }],
  ["an unknown scope", { scope: { kind: "all" }, reason: "r" }],
  ["a scope with a field too many", { scope: { kind: "tenant", tenant: "other" }, reason: "r" }],
  ["a scope without its name", { scope: { kind: "tool" }, reason: "r" }],
  ["a name with NUL", { scope: { kind: "tool", tool: "a\u0000" }, reason: "r" }],
  ["no reason", { scope: { kind: "tenant" }, reason: " " }],
  ["a reason that is no text", { scope: { kind: "tenant" }, reason: 7 }],
])("%s is no halt", async (_name, sent) => {
  const service = await runningService();
  const { status } = await halts(service, "PUT", sent);
  expect(status).toBe(400);
  expect((await halts(service, "GET")).body).toEqual({ halts: [], events: [] });
});

test("what is not halted cannot be lifted: `halt_unknown`", async () => {
  const service = await runningService();
  const { status, body } = await halts(service, "DELETE", { scope: { kind: "tenant" }, reason: "r" });
  expect([status, body.code]).toEqual([404, "halt_unknown"]);
});
