import { describe, expect, test } from "vitest";
import {
  type Answer,
  payFive,
  postAction,
  request,
  runningService,
  type TestService,
} from "../support/running-service.ts";

type Person = "analyst" | "junior" | "senior" | "reviewer";

function list(service: TestService, person: Person, query = ""): Promise<Answer> {
  return request(`${service.url}/v1/decisions${query}`, { headers: service.bearer(person) });
}

function read(service: TestService, person: Person, id: string): Promise<Answer> {
  return request(`${service.url}/v1/decisions/${id}`, { headers: service.bearer(person) });
}

describe("GET /v1/decisions/{id}", () => {
  test("shows who asked for what, what the policy read and said, and how long it took", async () => {
    const service = await runningService();
    const posted = await postAction(service, payFive);
    const { status, body } = await read(service, "junior", posted.body.decision.id);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      ...posted.body.decision,
      kind: "action",
      principal: { tenant: "demo", subject: "jun", role: "junior" },
      session: "s-1",
      tool: "pay",
      action_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      action_digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      input: { principal: { role: "junior" }, action: { tool: "pay", arguments: { amount: 5 } } },
    });
    expect(body.duration_ns).toBeGreaterThan(0);
  });

  test("is there for the person who asked and for an auditor, and for nobody else", async () => {
    const service = await runningService();
    const { id } = (await postAction(service, payFive)).body.decision;
    const statuses = [];
    for (const person of ["junior", "reviewer", "senior", "analyst"] as const) {
      statuses.push((await read(service, person, id)).status);
    }
    expect(statuses).toEqual([200, 200, 404, 404]);
  });

  test.each([
    ["an id that nothing has", "00000000-0000-4000-8000-000000000000"],
    ["no id at all", "x"],
    ["SQL", "'%20OR%201=1--"],
  ])("answers 404 for %s", async (_name, id) => {
    const service = await runningService();
    const { status, body } = await read(service, "reviewer", id);
    expect(status).toBe(404);
    expect(["decision_unknown", "route_unknown"]).toContain(body.code);
  });
});

describe("GET /v1/decisions", () => {
  test("gives pages, newest first, each decision once", async () => {
    const service = await runningService();
    const ids: string[] = [];
    for (let amount = 1; amount <= 5; amount += 1) {
      const { body } = await postAction(service, { ...payFive, arguments: { amount } });
      ids.unshift(body.decision.id as string);
    }
    const seen: string[] = [];
    let query: string | undefined = "?limit=2";
    while (query !== undefined) {
      const { status, body } = await list(service, "junior", query);
      expect(status).toBe(200);
      seen.push(...body.decisions.map(({ id }: { id: string }) => id));
      query = body.next === null ? undefined : `?limit=2&cursor=${body.next}`;
    }
    expect(seen).toEqual(ids);
  });

  test("gives everybody their own, and an auditor all of the tenant's", async () => {
    const service = await runningService();
    await postAction(service, payFive, service.bearer("junior"));
    await postAction(service, payFive, service.bearer("senior"));
    await postAction(service, { tool: "nope", session: "s", arguments: {} }, service.bearer("analyst"));
    const counts: Record<string, number> = {};
    for (const person of ["junior", "senior", "analyst", "reviewer"] as const) {
      counts[person] = (await list(service, person)).body.decisions.length;
    }
    expect(counts).toEqual({ junior: 1, senior: 1, analyst: 1, reviewer: 3 });
  });

  test.each(["?limit=0", "?limit=201", "?limit=x", "?limit=1&limit=2", "?cursor=zzz", "?cursor=", "?page=2"])(
    "refuses %s",
    async (query) => {
      const { status, body } = await list(await runningService(), "junior", query);
      expect([status, body.code]).toEqual([400, "query_invalid"]);
    },
  );
});

test("a review that does not exist is 404", async () => {
  const service = await runningService();
  const url = `${service.url}/v1/reviews/00000000-0000-4000-8000-000000000000`;
  const { status, body } = await request(url, { headers: service.bearer("reviewer") });
  expect([status, body.code]).toEqual([404, "review_unknown"]);
});
