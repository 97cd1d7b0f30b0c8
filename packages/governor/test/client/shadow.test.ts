// The shadow of a `PolicyClient`: it sees every difference, and nothing that it does reaches the answer.

import {
  fixedPolicy,
  type ModuleTarget,
  PolicyClient,
  type PolicyClientOptions,
  type ServerTarget,
  type ShadowReport,
} from "@flyball/governor";
import { expect, onTestFinished, test } from "vitest";
import { regoPolicy } from "../support/rego-policy.ts";
import { says, testServer } from "./misbehaving-server.ts";

const allowUpTo = (limit: number) => `default decision := "DENY"\ndecision := "ALLOW" if input.amount <= ${limit}`;

interface Shadowed {
  readonly client: PolicyClient;
  readonly reports: ShadowReport[];
}

function shadowed(
  answer: PolicyClientOptions,
  shadow: (ModuleTarget | ServerTarget) & { readonly queueLimit?: number },
): Shadowed {
  const reports: ShadowReport[] = [];
  const onDifference = (report: ShadowReport) => reports.push(report);
  const client = new PolicyClient({ ...answer, shadow: { ...shadow, onDifference } });
  onTestFinished(() => client.close());
  return { client, reports };
}

test("the module answers, and the server's other answer is reported with the digest of the input, both answers and both times", async () => {
  const server = await testServer(
    says('{"result":{"decision":"MANUAL_REVIEW","reasons":[{"code":"large","message":"large"}]}}'),
  );
  const policies = fixedPolicy(await regoPolicy(allowUpTo(100)));
  const { client, reports } = shadowed({ policies }, { url: server.url });
  expect(await client.evaluatePolicy({ amount: 5, note: "private" })).toBe("ALLOW");
  expect(server.bodies).toEqual([]);
  await client.drain();
  expect(reports).toEqual([
    {
      difference: "effect",
      inputDigest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      answered: {
        side: "module",
        effect: "ALLOW",
        cause: "policy",
        reasons: [],
        policyDigest: policies.current()?.digest,
        milliseconds: expect.any(Number),
      },
      shadow: {
        side: "server",
        effect: "MANUAL_REVIEW",
        cause: "policy",
        reasons: [{ code: "large", message: "large" }],
        policyDigest: null,
        milliseconds: expect.any(Number),
      },
      at: expect.stringMatching(/^\d{4}-.*Z$/),
    },
  ]);
  expect(JSON.stringify(reports)).not.toContain("private");
});

test("the server answers, and the module's other answer is reported", async () => {
  const server = await testServer(says('{"result":"ALLOW"}'));
  const { client, reports } = shadowed(
    { url: server.url },
    { policies: fixedPolicy(await regoPolicy(allowUpTo(100))) },
  );
  expect(await client.evaluatePolicy({ amount: 5 })).toBe("ALLOW");
  expect(await client.evaluatePolicy({ amount: 500 })).toBe("ALLOW");
  await client.drain();
  expect(reports.map(({ answered, shadow }) => [answered.side, answered.effect, shadow.side, shadow.effect])).toEqual([
    ["server", "ALLOW", "module", "DENY"],
  ]);
  expect(client.stats().shadow).toMatchObject({ agreed: 1, differed: 1, dropped: 0 });
});

test("two modules can be compared", async () => {
  const [old, next] = [await regoPolicy(allowUpTo(100)), await regoPolicy(allowUpTo(50))];
  const { client, reports } = shadowed({ policies: fixedPolicy(old) }, { policies: fixedPolicy(next) });
  for (const amount of [50, 51, 100, 101]) await client.evaluatePolicy({ amount });
  await client.drain();
  expect(reports).toHaveLength(2);
  expect(reports[0]?.answered.policyDigest).not.toBe(reports[0]?.shadow.policyDigest);
});

test("a server that cannot be asked differs as a fault from a DENY, and as an effect from an ALLOW", async () => {
  const policies = fixedPolicy(await regoPolicy(allowUpTo(100)));
  const { client, reports } = shadowed({ policies }, { url: "http://127.0.0.1:1/v1/data/finance/decision" });
  expect(await client.evaluatePolicy({ amount: 1 })).toBe("ALLOW");
  expect(await client.evaluatePolicy({ amount: 101 })).toBe("DENY");
  await client.drain();
  expect(reports.map(({ difference, shadow }) => [difference, shadow.reasons[0]?.code])).toEqual([
    ["effect", "policy_unavailable"],
    ["fault", "policy_unavailable"],
  ]);
});

test("the same effect for other reasons is a difference of reasons", async () => {
  const server = await testServer(says('{"result":{"decision":"DENY","reasons":[{"code":"b","message":"b"}]}}'));
  const policy = await regoPolicy(`decision := {"decision": "DENY", "reasons": [{"code": "a", "message": "a"}]}`);
  const { client, reports } = shadowed({ policies: fixedPolicy(policy) }, { url: server.url });
  await client.evaluatePolicy({});
  await client.drain();
  expect(reports.map(({ difference }) => difference)).toEqual(["reasons"]);
});

test("a shadow that never answers holds up no answer; what finds no room is dropped and counted", async () => {
  const server = await testServer(() => {});
  const policies = fixedPolicy(await regoPolicy(allowUpTo(100)));
  const { client, reports } = shadowed({ policies }, { url: server.url, timeoutMs: 100, queueLimit: 10 });
  let answers = 0;
  for (let index = 0; index < 1_000; index += 1) {
    if (await client.checkPolicy({ amount: 1 })) answers += 1;
  }
  expect(answers).toBe(1_000);
  await client.drain();
  const { agreed, differed, dropped } = client.stats().shadow;
  expect({ agreed, total: differed + dropped }).toEqual({ agreed: 0, total: 1_000 });
  expect(dropped).toBeGreaterThanOrEqual(980);
  expect(reports).toHaveLength(differed);
});

test("the answer is there before the shadow's module is asked", async () => {
  const order: string[] = [];
  const answering = await regoPolicy(allowUpTo(100));
  const evaluate = () => {
    order.push("shadow");
    return { kind: "value", value: "DENY" };
  };
  const shadow = { digest: "d", entrypoint: "e", reads: [[]], evaluate };
  const { client, reports } = shadowed({ policies: fixedPolicy(answering) }, { policies: fixedPolicy(shadow) });
  expect(await client.evaluatePolicy({ amount: 1 })).toBe("ALLOW");
  order.push("answer");
  await client.drain();
  expect(order).toEqual(["answer", "shadow"]);
  expect(reports).toHaveLength(1);
});

test("a shadow that throws, and a report that throws, rejects or never ends, reach nobody", async () => {
  const policies = fixedPolicy(await regoPolicy(allowUpTo(100)));
  const broken = {
    current: (): never => {
      throw new Error("broken");
    },
  };
  const troubles = [
    () => {
      throw new Error("report");
    },
    () => Promise.reject(new Error("report")),
    () => new Promise(() => {}),
  ];
  for (const [index, onDifference] of troubles.entries()) {
    const client = new PolicyClient({ policies, shadow: { policies: broken, onDifference } });
    for (let count = 0; count < 10; count += 1) expect(await client.evaluatePolicy({ amount: 1 })).toBe("ALLOW");
    await client.drain();
    await new Promise((resolve) => setImmediate(resolve));
    expect(client.stats().shadow).toMatchObject({ differed: 10, failedReports: index < 2 ? 10 : 0 });
  }
});

test("an input that its owner changes right after the answer is not reported as a difference", async () => {
  const policies = fixedPolicy(await regoPolicy(allowUpTo(100)));
  const server = await testServer(says('{"result":"ALLOW"}'));
  const { client, reports } = shadowed({ policies }, { url: server.url });
  const input = { amount: 1 };
  expect(await client.evaluatePolicy(input)).toBe("ALLOW");
  input.amount = 1_000_000;
  await client.drain();
  expect(reports).toEqual([]);
  expect(client.stats().shadow).toMatchObject({ unstable: 1, differed: 0 });
});

test("closing drops what waits", async () => {
  const policies = fixedPolicy(await regoPolicy(allowUpTo(100)));
  const { client } = shadowed({ policies }, { url: "http://127.0.0.1:1/v1/data/finance/decision" });
  await client.evaluatePolicy({ amount: 1 });
  client.close();
  expect(client.stats().shadow).toMatchObject({ dropped: 1, differed: 0 });
});
