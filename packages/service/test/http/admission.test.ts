// What is refused before it is looked at, over real sockets: too much at once, too much of one person, a process that is
// short of time or memory, connections that only cost.

import { connect, type Socket } from "node:net";
import { defaultServiceLimits, type ServiceLimits } from "@flyball/service";
import { describe, expect, onTestFinished, test } from "vitest";
import { payFive, postAction, request, runningService, type TestService } from "../support/running-service.ts";

interface Held {
  readonly service: TestService;
  /** Lets every tool call that has begun, and every later one, answer. */
  readonly release: () => void;
  /** Resolves when so many tool calls have begun. */
  readonly begun: (count: number) => Promise<void>;
}

/** A service whose tool answers only when it is told to. */
async function heldService(limits: Partial<ServiceLimits>): Promise<Held> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const service = await runningService({
    serviceLimits: limits,
    pay: async (amount) => {
      await promise;
      return { paid: amount };
    },
  });
  const begun = async (count: number) => {
    while (service.paid.length < count) await new Promise((done) => setTimeout(done, 5));
  };
  onTestFinished(() => resolve());
  return { service, release: () => resolve(), begun };
}

function pay(service: TestService, person: "junior" | "senior", session: string) {
  return postAction(service, { ...payFive, session }, service.bearer(person));
}

describe("requests at once", () => {
  test("beyond what is taken on: 503 with Retry-After, at once; health answers; after it all is as before", async () => {
    const { service, release, begun } = await heldService({ concurrent: 3 });
    const inside = ["a", "b", "c"].map((session) => pay(service, "junior", session));
    await begun(3);
    const refused = await pay(service, "senior", "d");
    expect([refused.status, refused.body.code, refused.headers.get("retry-after")]).toEqual([503, "overloaded", "1"]);
    expect((await request(`${service.url}/health/live`)).status).toBe(200);
    expect((await request(`${service.url}/health/ready`)).status).toBe(200);
    // Not even the token is looked at.
    expect((await postAction(service, payFive, {})).body.code).toBe("overloaded");
    release();
    expect((await Promise.all(inside)).map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await pay(service, "senior", "d")).status).toBe(200);
    expect(service.paid).toHaveLength(4);
  });

  test("of one person beyond their share: 429, while others are served", async () => {
    const { service, release, begun } = await heldService({ concurrentOfPerson: 2 });
    const inside = ["a", "b"].map((session) => pay(service, "junior", session));
    await begun(2);
    const refused = await pay(service, "junior", "c");
    expect([refused.status, refused.body.code, refused.headers.get("retry-after")]).toEqual([
      429,
      "too_many_at_once",
      "1",
    ]);
    const other = pay(service, "senior", "d");
    await begun(3);
    release();
    expect((await Promise.all([...inside, other])).map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await pay(service, "junior", "c")).status).toBe(200);
  });

  test("whose connections were cut still count until their work is done", async () => {
    const { service, release, begun } = await heldService({ concurrent: 1 });
    const cut = new AbortController();
    const inside = fetch(`${service.url}/v1/actions`, {
      method: "POST",
      headers: { "content-type": "application/json", ...service.bearer("junior") },
      body: JSON.stringify(payFive),
      signal: cut.signal,
    });
    await begun(1);
    cut.abort();
    await expect(inside).rejects.toThrow();
    expect((await pay(service, "senior", "b")).body.code).toBe("overloaded");
    release();
    await expect.poll(async () => (await pay(service, "senior", "b")).status).toBe(200);
  });
});

describe("a process that is short of", () => {
  // No process is below these, so that the test need not bring one into distress.
  test.each<[string, Partial<ServiceLimits>]>([
    ["time", { eventLoopDelayMs: 1e-9 }],
    ["heap", { heapBytes: 1 }],
    ["memory", { residentBytes: 1 }],
  ])("%s takes nothing on and stays alive", async (_name, limits) => {
    const service = await runningService({ serviceLimits: limits });
    await expect
      .poll(async () => (await postAction(service, payFive)).body.code, { timeout: 5_000 })
      .toBe("overloaded");
    expect((await request(`${service.url}/health/live`)).status).toBe(200);
  });

  test("nothing takes everything on, with the limits that it has by itself", async () => {
    expect(defaultServiceLimits.heapBytes).toBeGreaterThan(2 ** 26);
    expect((await postAction(await runningService(), payFive)).status).toBe(200);
  });
});

describe("connections that only cost", () => {
  async function idle(service: TestService, count: number): Promise<readonly Socket[]> {
    const { hostname, port } = new URL(service.url);
    const sockets = Array.from({ length: count }, () => connect(Number(port), hostname).on("error", () => {}));
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
    });
    await Promise.all(sockets.map((socket) => new Promise((done) => socket.once("connect", done).once("close", done))));
    return sockets;
  }

  test("a thousand idle ones hinder nobody, and end with the time for headers", async () => {
    const service = await runningService({ serviceLimits: { headersMs: 1_000, requestMs: 1_500 } });
    const sockets = await idle(service, 1_000);
    expect((await postAction(service, payFive)).status).toBe(200);
    for (const socket of sockets) socket.resume();
    await expect.poll(() => sockets.filter(({ closed }) => !closed).length, { timeout: 10_000 }).toBe(0);
  });

  test("beyond the bound are closed at once", async () => {
    const service = await runningService({ serviceLimits: { connections: 20 } });
    const sockets = await idle(service, 40);
    for (const socket of sockets) socket.resume();
    await expect.poll(() => sockets.filter(({ closed }) => !closed).length, { timeout: 5_000 }).toBeLessThanOrEqual(20);
  });
});
