import { type Governor, type Store, ToolFailure } from "@flyball/governor";
import { describe, expect, test } from "vitest";
import { payFive, postAction, request, runningService } from "../support/running-service.ts";

describe("POST /v1/actions answers", () => {
  test("200 with the result where the tool ran", async () => {
    const service = await runningService();
    const { status, type, body } = await postAction(service, payFive);
    expect(status).toBe(200);
    expect(type).toBe("application/json; charset=utf-8");
    expect(body).toMatchObject({
      outcome: "executed",
      recorded: true,
      decision: { effect: "ALLOW", cause: "policy", reasons: [], entrypoint: "test/decision" },
      result: { paid: 5 },
    });
    expect(service.paid).toEqual([5]);
  });

  test("403 with the decision where the policy denies", async () => {
    const service = await runningService();
    const { status, type, body } = await postAction(service, { ...payFive, arguments: { amount: 5000 } });
    expect(status).toBe(403);
    expect(type).toBe("application/problem+json; charset=utf-8");
    expect(body).toMatchObject({
      type: "urn:flyball:problem:refused",
      status: 403,
      code: "refused",
      detail: "not permitted",
      outcome: "refused",
      decision: { effect: "DENY", reasons: [{ code: "not_permitted", message: "not permitted" }] },
    });
    expect(service.paid).toEqual([]);
  });

  test("202 with the address of the review where a person must look, and the address answers", async () => {
    const service = await runningService();
    const { status, headers, body } = await postAction(service, { ...payFive, arguments: { amount: 500 } });
    expect(status).toBe(202);
    expect(body).toMatchObject({ outcome: "suspended", decision: { effect: "MANUAL_REVIEW" } });
    expect(headers.get("location")).toBe(body.review.url);
    expect(service.paid).toEqual([]);
    const review = await request(`${service.url}${body.review.url}`, { headers: service.bearer("reviewer") });
    expect(review).toMatchObject({
      status: 200,
      body: {
        id: body.review.id,
        state: "pending",
        expires_at: body.review.expires_at,
        action: { tool: "pay", arguments: { amount: 500 }, requester: { subject: "jun" } },
        decision: { id: body.decision.id },
      },
    });
    expect((await request(`${service.url}${body.review.url}`, { headers: service.bearer("senior") })).status).toBe(404);
  });

  test("502 where the tool states that nothing took effect", async () => {
    const service = await runningService({
      pay: () => {
        throw new ToolFailure("no funds");
      },
    });
    const { status, body } = await postAction(service, payFive);
    expect(status).toBe(502);
    expect(body).toMatchObject({
      code: "tool_failed",
      detail: "no funds",
      outcome: "failed",
      decision: { effect: "ALLOW" },
    });
  });

  test("202 where it is not known whether the tool took effect", async () => {
    const service = await runningService({
      pay: () => {
        throw new Error("secret detail");
      },
    });
    const { status, body } = await postAction(service, payFive);
    expect(status).toBe(202);
    expect(body).toMatchObject({ outcome: "unknown", error: { code: "tool_outcome_unknown" } });
    expect(JSON.stringify(body)).not.toContain("secret");
  });

  test("400 where the arguments do not fit, naming each field", async () => {
    const service = await runningService();
    const { status, body } = await postAction(service, { ...payFive, arguments: { amount: "5", more: 1 } });
    expect(status).toBe(400);
    expect(body.code).toBe("arguments_invalid");
    expect(body.errors.map(({ field }: { field: string }) => field).sort()).toEqual(["arguments", "arguments.amount"]);
  });

  test("504 where the deadline passed before the tool began", async () => {
    const service = await runningService({
      govern: (governor) => {
        const facts = (): Promise<never> => new Promise(() => {});
        const schema = {
          "~standard": { version: 1, vendor: "test", validate: (value: unknown) => ({ value }) },
        } as const;
        governor.governTool({ name: "pay", schema, facts, execute: () => 1 });
      },
      governorLimits: { deadlineMs: 20 },
    });
    const { status, headers, body } = await postAction(service, payFive);
    expect([status, body.code, headers.get("retry-after")]).toEqual([504, "deadline_exceeded", "1"]);
  });

  test("503 where the policy's facts cannot be had, or records changed too often, and nothing is executed", async () => {
    const facts = (): never => {
      throw new Error("market data is away");
    };
    const schema = { "~standard": { version: 1, vendor: "test", validate: (value: unknown) => ({ value }) } } as const;
    const govern = (governor: Governor): void => {
      governor.governTool({ name: "pay", schema, facts, execute: () => 1 });
    };
    const first = await postAction(await runningService({ govern }), payFive);
    expect([first.status, first.body.code]).toEqual([503, "facts_unavailable"]);

    const { store } = await runningService();
    const contended: Store = { ...store, commitDecision: () => Promise.resolve({ kind: "conflict" }) };
    const service = await runningService({ store: contended });
    const second = await postAction(service, payFive);
    expect([second.status, second.body.code, second.body.recorded]).toEqual([503, "store_contended", false]);
    expect(service.paid).toEqual([]);
  });

  test("500 with nothing of the fault in it where the service itself fails, and the fault is reported", async () => {
    const faults: unknown[] = [];
    const { store } = await runningService();
    const broken: Store = { ...store, readDecision: () => Promise.reject(new RangeError("secret detail")) };
    const service = await runningService({ store: broken, onFault: ({ error }) => faults.push(error) });
    const { status, body } = await request(`${service.url}/v1/decisions/00000000-0000-4000-8000-000000000000`, {
      headers: service.bearer("junior"),
    });
    expect([status, body.code]).toEqual([500, "internal_error"]);
    expect(JSON.stringify(body)).not.toContain("secret");
    expect(faults).toEqual([expect.any(RangeError)]);
  });

  test("numbers exactly, though no double holds them", async () => {
    const service = await runningService({ pay: () => ({ total: 9007199254740993n }) });
    const response = await fetch(`${service.url}/v1/actions`, {
      method: "POST",
      headers: { "content-type": "application/json", ...service.bearer("junior") },
      body: JSON.stringify(payFive),
    });
    expect(await response.text()).toContain('"result":{"total":9007199254740993}');
  });
});

describe("Idempotency-Key", () => {
  test("gives the same answer and one execution", async () => {
    const service = await runningService();
    const headers = { ...service.bearer("junior"), "idempotency-key": "k-1" };
    const first = await postAction(service, payFive, headers);
    const second = await postAction(service, payFive, headers);
    expect([second.status, second.body]).toEqual([first.status, first.body]);
    expect(service.paid).toEqual([5]);
  });

  test("is 409 for another action, which is not executed", async () => {
    const service = await runningService();
    const headers = { ...service.bearer("junior"), "idempotency-key": "k-1" };
    await postAction(service, payFive, headers);
    const { status, body } = await postAction(service, { ...payFive, arguments: { amount: 6 } }, headers);
    expect([status, body.code]).toEqual([409, "idempotency_conflict"]);
    expect(service.paid).toEqual([5]);
  });

  test.each([
    ["a space", "a b"],
    ["256 characters", "k".repeat(256)],
    ["two keys", "a, b"],
  ])("with %s is 400", async (_name, key) => {
    const service = await runningService();
    const { status, body } = await postAction(service, payFive, {
      ...service.bearer("junior"),
      "idempotency-key": key,
    });
    expect([status, body.code]).toEqual([400, "idempotency_key_invalid"]);
    expect(service.paid).toEqual([]);
  });
});
