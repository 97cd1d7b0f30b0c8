import { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import {
  type Answer,
  payFive,
  postAction,
  request,
  runningService,
  type TestService,
  type TestServiceOptions,
} from "../support/running-service.ts";

type Person = "analyst" | "junior" | "senior" | "reviewer";

/** A service whose tool leaves open what became of a payment, and the id of such an action. */
async function withUnknownAction(
  options: TestServiceOptions = {},
): Promise<{ readonly service: TestService; readonly id: string }> {
  const service = await runningService({
    pay: () => {
      throw new Error("the line went dead");
    },
    ...options,
  });
  const { status, body, headers } = await postAction(service, payFive, {
    ...service.bearer("junior"),
    "idempotency-key": "order-1",
  });
  expect([status, body.outcome]).toEqual([202, "unknown"]);
  expect(headers.get("location")).toBe(body.action.url);
  expect(body.action.url).toBe(`/v1/actions/${body.action.id}`);
  const decision = await read(service, `/v1/decisions/${body.decision.id}`, "junior");
  expect(decision.body.action_id).toBe(body.action.id);
  return { service, id: body.action.id };
}

function read(service: TestService, path: string, person: Person): Promise<Answer> {
  return request(`${service.url}${path}`, { headers: service.bearer(person) });
}

function settle(service: TestService, id: string, sent: unknown, person: Person = "reviewer"): Promise<Answer> {
  return request(`${service.url}/v1/actions/${id}/settle`, {
    method: "POST",
    headers: { "content-type": "application/json", ...service.bearer(person) },
    body: JSON.stringify(sent),
  });
}

const executed = { outcome: "executed", reason: "the bank's statement shows it" };

describe("an action of which nobody knows what became of it", () => {
  test("is found among the unsettled, and settled by a person: the log says who stated what and why", async () => {
    const { service, id } = await withUnknownAction();
    const { body: found } = await read(service, "/v1/actions?state=unsettled", "reviewer");
    expect(found.actions.map((action: { id: string; state: string }) => [action.id, action.state])).toEqual([
      [id, "unknown"],
    ]);
    expect(found.unreadable).toEqual([]);

    const { status, body } = await settle(service, id, executed);
    expect([status, body.outcome, body.recorded]).toEqual([200, "executed", true]);
    const { body: decision } = await read(service, `/v1/decisions/${body.decision.id}`, "reviewer");
    expect(decision).toMatchObject({
      action_id: id,
      tool: "pay",
      principal: { subject: "rev", role: "reviewer" },
      effect: "DENY",
      cause: "governor",
      reasons: [{ code: "settled_executed", message: executed.reason }],
    });
    expect((await read(service, `/v1/actions/${id}`, "junior")).body).toMatchObject({
      state: "executed",
      result: { settled_by_hand: { decision: body.decision.id, reason: executed.reason } },
    });
    expect((await read(service, "/v1/actions?state=unsettled", "reviewer")).body.actions).toEqual([]);
  });

  test("is settled once: `action_not_unknown` afterwards, and of two at once one counts", async () => {
    const { service, id } = await withUnknownAction();
    const failed = { outcome: "failed", reason: "never arrived" };
    const answers = await Promise.all([executed, failed, executed, failed].map((sent) => settle(service, id, sent)));
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 409, 409, 409]);
    const { status, body } = await settle(service, id, failed);
    expect([status, body.code]).toEqual([409, "action_not_unknown"]);
  });

  test("gives its settlement to whoever asks again with the key, and is not started again", async () => {
    const { service, id } = await withUnknownAction();
    await settle(service, id, { outcome: "failed", reason: "never arrived" });
    const headers = { ...service.bearer("junior"), "idempotency-key": "order-1" };
    const { status, body } = await postAction(service, payFive, headers);
    expect([status, body.outcome]).toEqual([502, "failed"]);
    expect(service.paid).toEqual([5]);
  });

  test("is settled by nobody else: not the requester, not a role that is not named, not one who cannot say why", async () => {
    const { service, id } = await withUnknownAction({ roles: { settleRoles: ["reviewer", "junior"] } });
    const answers = [];
    for (const [sent, person] of [
      [executed, "junior"],
      [executed, "senior"],
      [executed, "analyst"],
      [{ outcome: "executed" }, "reviewer"],
      [{ outcome: "executed", reason: " " }, "reviewer"],
      [{ outcome: "unknown", reason: "x" }, "reviewer"],
      [{ reason: "x" }, "reviewer"],
      [{ ...executed, filled: 5 }, "reviewer"],
      [{ ...executed, filled: "-5" }, "reviewer"],
      [{ ...executed, filled: "1e9" }, "reviewer"],
      [{ outcome: "failed", reason: "x", filled: "5" }, "reviewer"],
      [{ ...executed, principal: "x" }, "reviewer"],
      [[], "reviewer"],
    ] as const) {
      const { status, body } = await settle(service, id, sent, person);
      answers.push([status, body.code]);
    }
    expect(answers).toEqual([
      [403, "settler_is_requester"],
      [403, "role_not_permitted"],
      [403, "role_not_permitted"],
      [400, "field_missing"],
      ...Array.from({ length: 2 }, () => [400, "field_invalid"]),
      [400, "field_missing"],
      ...Array.from({ length: 4 }, () => [400, "field_invalid"]),
      [400, "field_unknown"],
      [400, "field_invalid"],
    ]);
    expect((await read(service, `/v1/actions/${id}`, "reviewer")).body.state).toBe("unknown");
  });

  test("is seen by the person who asked and by auditors: for everybody else `action_unknown`", async () => {
    const { service, id } = await withUnknownAction();
    const answers = [];
    for (const person of ["junior", "reviewer", "senior", "analyst"] as const) {
      const { status, body } = await read(service, `/v1/actions/${id}`, person);
      answers.push([status, body.code ?? body.id]);
    }
    expect(answers).toEqual([
      [200, id],
      [200, id],
      [404, "action_unknown"],
      [404, "action_unknown"],
    ]);
    for (const other of ["x", "00000000-0000-4000-8000-000000000000", "'%20OR%201=1--"]) {
      expect((await settle(service, other, executed)).status).toBe(404);
    }
  });

  test("does not hide behind a damaged one, which is named", async () => {
    const { service, id } = await withUnknownAction();
    const db = new DatabaseSync(service.storeFile);
    db.exec("UPDATE actions SET arguments = '{'");
    db.close();
    const { body: other } = await postAction(service, payFive);
    const { body } = await read(service, "/v1/actions?state=unsettled", "reviewer");
    expect(body.unreadable).toEqual([id]);
    expect(body.actions).toHaveLength(1);
    expect(body.actions[0].decision_id).toBe(other.decision.id);
    expect((await settle(service, id, executed)).body.code).toBe("store_unavailable");
  });
});

test.each(["", "?state=executed", "?state=unsettled&cursor=x", "?state=unsettled&limit=0", "?state=unsettled&page=2"])(
  "`GET /v1/actions%s` is no list that there is",
  async (query) => {
    const { status, body } = await read(await runningService(), `/v1/actions${query}`, "reviewer");
    expect([status, body.code]).toEqual([400, "query_invalid"]);
  },
);

test("only those who may settle see what is unsettled", async () => {
  const service = await runningService();
  const { status, body } = await read(service, "/v1/actions?state=unsettled", "senior");
  expect([status, body.code]).toEqual([403, "role_not_permitted"]);
});
