import type { ActionPolicy } from "@flyball/governor";
import { developmentIdentity, issuerIdentity, startService } from "@flyball/service";
import { describe, expect, test } from "vitest";
import { payFive, postAction, request, runningService } from "../support/running-service.ts";
import { toolPolicy } from "../support/tool-policy.ts";

const policy = await toolPolicy();

async function start(over: Partial<Parameters<typeof startService>[0]>) {
  const { store } = await runningService();
  const identity = await developmentIdentity();
  return startService({ policy, store, identity, host: "127.0.0.1", port: 0, govern: () => {}, ...over });
}

describe("a service does not start", () => {
  test.each(["0.0.0.0", "::", "192.0.2.1", "localhost", "127.0.0.1.example", ""])(
    "on %j with development tokens",
    async (host) => {
      expect(await start({ host })).toMatchObject({ kind: "refused", code: "identity_missing" });
    },
  );

  test("without a policy", async () => {
    expect(await start({ policy: undefined })).toMatchObject({ kind: "refused", code: "policy_missing" });
  });

  test.each<[string, ActionPolicy["evaluate"], string]>([
    ["allows everything", () => ({ kind: "value", value: "ALLOW" }), "gives ALLOW"],
    ["is undefined", () => ({ kind: "undefined" }), "policy_undefined"],
    ["conflicts", () => ({ kind: "fault", code: "policy_conflict", message: "" }), "policy_conflict"],
  ])("with a policy that %s", async (_name, evaluate, found) => {
    const result = await start({ policy: { ...policy, evaluate } });
    expect(result).toMatchObject({ kind: "refused", code: "policy_self_check_failed" });
    expect(result.kind === "refused" && result.message).toContain(found);
  });

  test("where the port is taken", async () => {
    const { url } = await runningService();
    const result = await start({ port: Number(new URL(url).port) });
    expect(result).toMatchObject({ kind: "refused", code: "address_unavailable" });
  });
});

test("with a real issuer it starts on every address", async () => {
  const identity = issuerIdentity({
    issuer: "https://id.example",
    audience: "advisor",
    keys: { url: "https://id.example/keys" },
    standing: { roleClaim: "role", tenantClaim: "tenant" },
  });
  const result = await start({ host: "0.0.0.0", identity });
  if (result.kind === "refused") return expect.fail(result.message);
  const { port } = new URL(result.service.url);
  expect((await request(`http://127.0.0.1:${port}/health/live`)).status).toBe(200);
  await result.service.stop(1_000);
});

describe("stopping", () => {
  test("lets what is in flight finish, refuses what is new, and closes the port", async () => {
    let finish: (value: unknown) => void = () => {};
    let began: () => void = () => {};
    const running = new Promise<void>((resolve) => {
      began = resolve;
    });
    const service = await runningService({
      pay: () => {
        began();
        return new Promise((resolve) => {
          finish = resolve;
        });
      },
    });
    const inFlight = postAction(service, payFive);
    await running;
    const stopped = service.stop(5_000);
    finish({ paid: 5 });
    expect(await inFlight).toMatchObject({ status: 200, body: { outcome: "executed" } });
    await stopped;
    await expect(fetch(`${service.url}/health/live`)).rejects.toThrow();
  });

  test("does not wait for a tool longer than it may", async () => {
    const service = await runningService({ pay: () => new Promise(() => {}) });
    const inFlight = postAction(service, payFive).catch(() => "cut off");
    while (service.paid.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await service.stop(50);
    expect((await service.store.listActions({ tenant: "demo", tool: "pay", states: ["executing"] })).length).toBe(1);
    void inFlight;
  });
});
