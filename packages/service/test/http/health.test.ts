import { DatabaseSync } from "node:sqlite";
import { createGovernor } from "@flyball/governor";
import { openSqliteStore } from "@flyball/governor/sqlite";
import { createService } from "@flyball/service";
import { expect, onTestFinished, test } from "vitest";
import { payFive, postAction, request, runningService } from "../support/running-service.ts";

test("live and ready need no token", async () => {
  const { url } = await runningService();
  expect(await request(`${url}/health/live`)).toMatchObject({ status: 200, body: { status: "live" } });
  expect(await request(`${url}/health/ready`)).toMatchObject({ status: 200, body: { status: "ready" } });
});

test("many who ask at one moment whether it is ready get one look at the store", async () => {
  let looks = 0;
  const gate = Promise.withResolvers<void>();
  const { store: inner } = await runningService();
  const store = {
    ...inner,
    probe: async () => {
      looks += 1;
      await gate.promise;
      await inner.probe();
    },
  };
  const { url } = await runningService({ store });
  const answers = Array.from({ length: 20 }, () => request(`${url}/health/ready`));
  expect((await request(`${url}/health/live`)).status).toBe(200);
  gate.resolve();
  expect(new Set((await Promise.all(answers)).map(({ status }) => status))).toEqual(new Set([200]));
  expect(looks).toBeLessThan(20);
});

test("while the store takes no writes: alive, not ready, actions 503, and all well when it does again", async () => {
  const service = await runningService();
  const other = new DatabaseSync(service.storeFile, { timeout: 0 });
  onTestFinished(() => other.close());
  other.exec("BEGIN IMMEDIATE");
  expect((await request(`${service.url}/health/live`)).status).toBe(200);
  expect(await request(`${service.url}/health/ready`)).toMatchObject({
    status: 503,
    body: { code: "store_unavailable" },
  });
  const refused = await postAction(service, payFive);
  expect(refused).toMatchObject({
    status: 503,
    body: { code: "store_unavailable", outcome: "refused", recorded: false, decision: { cause: "governor" } },
  });
  expect(refused.headers.get("retry-after")).toBe("1");
  other.exec("ROLLBACK");
  expect(service.paid).toEqual([]);
  expect((await request(`${service.url}/health/ready`)).status).toBe(200);
  expect((await postAction(service, payFive)).status).toBe(200);
});

test("on a store that is open for reading only: alive, not ready, actions 503 and the log readable", async () => {
  const first = await runningService();
  const { body } = await postAction(first, payFive);
  const store = openSqliteStore({ path: first.storeFile, readOnly: true });
  const service = await runningService({ store });
  expect((await request(`${service.url}/health/live`)).status).toBe(200);
  expect((await request(`${service.url}/health/ready`)).body.code).toBe("store_unavailable");
  expect(await postAction(service, payFive)).toMatchObject({
    status: 503,
    body: { code: "store_unavailable", recorded: false },
  });
  expect(service.paid).toEqual([]);
  const url = `${service.url}/v1/decisions/${body.decision.id}`;
  expect((await request(url, { headers: service.bearer("reviewer") })).status).toBe(200);
});

test("without a policy: alive, not ready, and nothing is allowed", async () => {
  const { store, identity, bearer } = await runningService();
  const governor = createGovernor({ policies: { current: () => undefined }, store });
  const { http } = createService({ governor, store, tokens: identity.settings });
  const url = await http.listen({ host: "127.0.0.1", port: 0 });
  onTestFinished(() => http.close());
  expect(await request(`${url}/health/ready`)).toMatchObject({ status: 503, body: { code: "policy_unavailable" } });
  const init = { method: "POST", headers: { ...bearer("junior"), "content-type": "application/json" } };
  const answer = await request(`${url}/v1/actions`, { ...init, body: JSON.stringify(payFive) });
  expect(answer.body.code).toBe("tool_unknown");
});

test("a store that is closed under a running service answers 503, not a stack trace", async () => {
  const faults: string[] = [];
  const service = await runningService({ onFault: ({ route }) => faults.push(route) });
  await service.store.close();
  expect(await postAction(service, payFive)).toMatchObject({ status: 503, body: { code: "store_unavailable" } });
  const log = await request(`${service.url}/v1/decisions`, { headers: service.bearer("junior") });
  expect(log).toMatchObject({ status: 503, body: { code: "store_unavailable" } });
  expect(JSON.stringify(log.body)).not.toContain("at ");
  expect(faults).toEqual(["/v1/decisions"]);
});

test("from the moment it refuses what is new, every request is 503 `stopping` and its connection is closed", async () => {
  const { governor, store, identity } = await runningService();
  const { http, refuseNew } = createService({ governor, store, tokens: identity.settings });
  const url = await http.listen({ host: "127.0.0.1", port: 0 });
  onTestFinished(() => http.close());
  expect((await request(`${url}/health/ready`)).status).toBe(200);
  refuseNew();
  for (const path of ["/health/ready", "/v1/actions", "/nothing"]) {
    const answer = await request(`${url}${path}`);
    expect([answer.status, answer.body.code]).toEqual([503, "stopping"]);
    expect(answer.headers.get("connection")).toBe("close");
  }
});
