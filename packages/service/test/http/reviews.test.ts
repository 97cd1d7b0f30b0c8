import { describe, expect, test } from "vitest";
import { type Answer, postAction, request, runningService, type TestService } from "../support/running-service.ts";

type Person = "analyst" | "junior" | "senior" | "reviewer";

const payMuch = { tool: "pay", session: "s-1", arguments: { amount: 500 } };

async function suspended(service: TestService): Promise<string> {
  const { body } = await postAction(service, payMuch);
  return body.review.id;
}

function speak(
  service: TestService,
  {
    id,
    verdict = "approve",
    person = "reviewer",
    body = { reason: "seen" },
  }: {
    readonly id: string;
    readonly verdict?: "approve" | "reject";
    readonly person?: Person;
    readonly body?: unknown;
  },
): Promise<Answer> {
  return request(`${service.url}/v1/reviews/${id}/${verdict}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...service.bearer(person) },
    body: JSON.stringify(body),
  });
}

function read(service: TestService, path: string, person: Person): Promise<Answer> {
  return request(`${service.url}${path}`, { headers: service.bearer(person) });
}

describe("a reviewer", () => {
  test("approves: the action is executed once, and the review says who, why and when", async () => {
    const service = await runningService();
    const id = await suspended(service);
    expect(service.paid).toEqual([]);
    const { status, body } = await speak(service, { id, body: { reason: "the client called" } });
    expect([status, body.outcome, body.result]).toEqual([200, "executed", { paid: 500 }]);
    expect(service.paid).toEqual([500]);
    const { body: review } = await read(service, `/v1/reviews/${id}`, "junior");
    expect(review).toMatchObject({
      state: "approved",
      by: { subject: "rev", role: "reviewer" },
      reason: "the client called",
      action: { state: "executed" },
    });
    const decision = (await read(service, `/v1/decisions/${body.decision.id}`, "reviewer")).body;
    expect(decision.provenance.approval).toMatchObject({ reviewId: id, by: { subject: "rev" } });
  });

  test("rejects: the action is refused for good, in their words", async () => {
    const service = await runningService();
    const id = await suspended(service);
    const { status, body } = await speak(service, { id, verdict: "reject", body: { reason: "too much" } });
    expect([status, body.outcome]).toEqual([200, "refused"]);
    expect(body.decision.reasons).toEqual([{ code: "review_rejected", message: "too much" }]);
    expect(service.paid).toEqual([]);
  });

  test("speaks once: `review_closed` afterwards, whatever the word", async () => {
    const service = await runningService();
    const id = await suspended(service);
    await speak(service, { id });
    for (const verdict of ["approve", "reject"] as const) {
      const { status, body } = await speak(service, { id, verdict });
      expect([status, body.code]).toEqual([409, "review_closed"]);
    }
    expect(service.paid).toEqual([500]);
  });

  test("is too late after the expiry: `review_expired`", async () => {
    const service = await runningService({ governorLimits: { reviewMs: 1 } });
    const id = await suspended(service);
    await new Promise((resolve) => setTimeout(resolve, 5));
    for (let index = 0; index < 2; index += 1) {
      const { status, body } = await speak(service, { id });
      expect([status, body.code]).toEqual([410, "review_expired"]);
    }
    expect((await read(service, "/v1/reviews?state=expired", "reviewer")).body.reviews).toHaveLength(1);
    expect(service.paid).toEqual([]);
  });
});

describe("nobody else opens a review", () => {
  test("not the requester: `approver_is_requester`; not another role: `approver_not_permitted`", async () => {
    const service = await runningService();
    const id = await suspended(service);
    const answers = [];
    for (const person of ["junior", "senior", "analyst"] as const) {
      const { status, body } = await speak(service, { id, person });
      answers.push([status, body.code]);
    }
    expect(answers).toEqual([
      [403, "approver_is_requester"],
      [403, "approver_not_permitted"],
      [403, "approver_not_permitted"],
    ]);
    expect((await speak(service, { id: "00000000-0000-4000-8000-000000000000" })).body.code).toBe("review_unknown");
    expect(service.paid).toEqual([]);
  });

  test.each<[unknown, string]>([
    [{}, "field_missing"],
    [{ reason: "" }, "field_invalid"],
    [{ reason: 7 }, "field_invalid"],
    [{ reason: "x".repeat(2_001) }, "field_invalid"],
    [{ reason: "x", role: "reviewer" }, "field_unknown"],
    [{ reason: "x", variation: { bounds: {}, until: "2030-01-01T00:00:00Z" } }, "field_invalid"],
    [
      { reason: "x", variation: { bounds: { amount: { at_most: "1e9" } }, until: "2030-01-01T00:00:00Z" } },
      "field_invalid",
    ],
    [{ reason: "x", variation: { bounds: { amount: { at_most: "9" } }, until: "soon" } }, "field_invalid"],
    [[], "field_invalid"],
  ])("%j is no word", async (body, code) => {
    const service = await runningService();
    const id = await suspended(service);
    expect((await speak(service, { id, body })).body.code).toBe(code);
    expect((await read(service, `/v1/reviews/${id}`, "reviewer")).body.state).toBe("pending");
  });
});

test("reviews are listed for the tenant's reviewers, for everybody else their own, page by page", async () => {
  const service = await runningService();
  const ids = [await suspended(service), await suspended(service), await suspended(service)];
  const first = (await read(service, "/v1/reviews?limit=2", "reviewer")).body;
  const second = (await read(service, `/v1/reviews?limit=2&cursor=${first.next}`, "reviewer")).body;
  const seen = [...first.reviews, ...second.reviews].map(({ id }: { id: string }) => id);
  expect(seen).toEqual(ids.toReversed());
  expect(second.next).toBe(null);
  expect((await read(service, "/v1/reviews", "junior")).body.reviews).toHaveLength(3);
  expect((await read(service, "/v1/reviews", "senior")).body.reviews).toEqual([]);
  expect((await read(service, "/v1/reviews?state=approved", "reviewer")).body.reviews).toEqual([]);
  expect((await read(service, "/v1/reviews?state=open", "reviewer")).body.code).toBe("query_invalid");
});
