// Many actions at once, many of them under one key: whatever the order in which they meet, what the governor's store says
// was executed is what the broker filled, once each.

import path from "node:path";
import { beforeAll, expect, test } from "vitest";
import {
  type Answer,
  compiledPolicies,
  type Person,
  post,
  readRows,
  runningAdvisor,
  trade,
} from "./support/running-advisor.ts";

let policyFile = "";
beforeAll(async () => {
  policyFile = await compiledPolicies();
});

test("400 actions at once, 40 keys among them: one execution for each key, one fill for each execution", async () => {
  const advisor = await runningAdvisor(policyFile);
  const sent: { readonly key: string; readonly answer: Promise<Answer> }[] = [];
  for (let index = 0; index < 400; index += 1) {
    const key = `k-${index % 40}`;
    const person: Person = index % 40 < 30 ? "senior" : "analyst";
    const body = trade({ client: "c-19", symbol: "BND", limit_price: 73.5, amount: 100 + (index % 40) });
    sent.push({
      key,
      answer: post(advisor, { body, token: advisor.token(person), headers: { "idempotency-key": key } }),
    });
  }
  const idsByKey = new Map<string, Set<string>>();
  const outcomes = new Map<string, number>();
  for (const { key, answer } of sent) {
    const { body } = await answer;
    outcomes.set(body.outcome, (outcomes.get(body.outcome) ?? 0) + 1);
    const ids = idsByKey.get(key) ?? new Set();
    idsByKey.set(key, ids.add(body.decision.id));
  }
  expect(Object.fromEntries(outcomes)).toEqual({ executed: 300, refused: 100 });
  expect([...idsByKey.values()].map((ids) => ids.size)).toEqual(Array.from({ length: 40 }, () => 1));

  const executed = readRows(
    path.join(advisor.folder, "governor.sqlite"),
    "SELECT id FROM actions WHERE state = 'executed'",
  );
  const filled = readRows(path.join(advisor.folder, "paper-broker.sqlite"), "SELECT idempotency_key AS id FROM fills");
  expect(executed).toHaveLength(30);
  expect(filled).toHaveLength(30);
  expect(new Set(filled.map(({ id }) => id))).toEqual(new Set(executed.map(({ id }) => id)));
  expect(advisor.damage()).toEqual([]);
});
