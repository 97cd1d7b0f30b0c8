// What a conversation shows of a turn that was left by its process, and of actions that a person decided: over a real socket.

import { randomUUID } from "node:crypto";
import { openSqliteStore } from "@flyball/governor/sqlite";
import { describe, expect, test } from "vitest";
import type { Speech } from "../support/chat-agent.ts";
import { chatting, conversation, hello, payFive, say, until } from "../support/chatting-service.ts";
import { type Answer, request, type TestService } from "../support/running-service.ts";

const jun = { tenant: "demo", issuer: "urn:flyball:development", subject: "jun", role: "junior" };

describe("a process that dies in the middle of a turn", () => {
  test("leaves a conversation that shows what was done and what never was, and goes on when its time is over", async () => {
    const service = await chatting(payFive);
    const { store, governor } = service;
    // What a process has stored when it dies: the turn, the calls that were noted, and one of them executed.
    const turn = { id: randomUUID(), until: Date.now() + 1_500 };
    const entry = { kind: "said", body: { text: "pay five, then six" } };
    await store.beginTurn({
      principal: jun,
      session: "s-1",
      turn,
      entry,
      at: Date.now(),
      maxTurns: 9,
      maxCharacters: 1_000_000,
    });
    const calls = [5, 6].map((amount) => ({ call: `dead-${amount}`, tool: "pay", arguments: { amount } }));
    const entries = [{ kind: "calls", body: { calls } }];
    await store.addToTurn({ principal: jun, session: "s-1", turn: turn.id, entries, ends: false, at: Date.now() });
    await governor.act(
      { principal: jun, session: "s-1", idempotencyKey: "dead-5" },
      { tool: "pay", arguments: { amount: 5 } },
    );
    const during = (await conversation(service, "s-1")).body;
    expect(during.busy).toBe(true);
    expect(during.messages[1].actions.map(({ outcome }: { outcome: string }) => outcome)).toEqual([
      "executed",
      "pending",
    ]);
    expect(during.messages[1].text).toBe(undefined);
    expect((await say(service, hello)).body.code).toBe("turn_in_progress");
    const next = await until(async () => {
      const answer = await say(service, hello);
      return answer.status === 409 ? undefined : answer;
    });
    expect(next.status).toBe(200);
    const { messages } = (await conversation(service, "s-1")).body;
    expect(messages[1]).toMatchObject({
      ended: "interrupted",
      actions: [{ outcome: "executed" }, { outcome: "refused", recorded: false }],
    });
    expect(service.paid).toEqual([5, 5]);
  });
});

describe("a suspended action in a conversation", () => {
  const askForMuch: Speech = async (turn, act) => {
    if (turn.message === "pay much") await act(500);
    turn.onText(
      turn.history
        .filter(({ from }) => from === "review")
        .map(({ text }) => text)
        .join("") || "It waits.",
    );
  };

  function decide(service: TestService, id: string, verdict: "approve" | "reject"): Promise<Answer> {
    return request(`${service.url}/v1/reviews/${id}/${verdict}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...service.bearer("reviewer") },
      body: JSON.stringify({ reason: "as discussed" }),
    });
  }

  test("that is approved is executed once, and the conversation and the next turn know, also after a restart", async () => {
    const service = await chatting(askForMuch);
    const { body } = await say(service, { session: "s-1", message: "pay much" });
    const [action] = body.actions;
    expect(action).toMatchObject({ outcome: "suspended", review: { url: `/v1/reviews/${action.review.id}` } });
    await service.stop(2_000);
    const store = openSqliteStore({ path: service.storeFile });
    const again = await chatting(askForMuch, { store, identity: service.identity });
    expect((await decide(again, action.review.id, "approve")).status).toBe(200);
    const { messages } = (await conversation(again, "s-1")).body;
    expect(messages.map(({ from }: { from: string }) => from)).toEqual(["user", "advisor", "review"]);
    expect(messages[1].actions).toMatchObject([{ call: action.call, outcome: "executed", result: { paid: 500 } }]);
    expect(messages[2]).toMatchObject({
      call: action.call,
      text: 'The payment of 500 was approved by rev ("as discussed") and executed.',
      review: { id: action.review.id, state: "approved", by: { subject: "rev" } },
    });
    const next = await say(again, { session: "s-1", message: "and?" });
    expect(next.body.reply).toContain("was approved by rev");
    expect(again.paid).toEqual([500]);
    expect((await decide(again, action.review.id, "approve")).body.code).toBe("review_closed");
    expect(again.paid).toEqual([500]);
  });

  test("that is rejected is refused for good, and the conversation says so", async () => {
    const service = await chatting(askForMuch);
    const { body } = await say(service, { session: "s-1", message: "pay much" });
    await decide(service, body.actions[0].review.id, "reject");
    const { messages } = (await conversation(service, "s-1")).body;
    expect(messages[1].actions).toMatchObject([{ outcome: "refused" }]);
    expect(messages[2].text).toBe('The payment of 500 was rejected by rev ("as discussed").');
    expect(service.paid).toEqual([]);
  });
});

test("two instances on one store are one chat: a turn on one is a turn on the other, and both show the conversation", async () => {
  let go: () => void = () => {};
  const gate = new Promise<void>((resolve) => {
    go = resolve;
  });
  const here = await chatting(async (turn, act) => {
    await gate;
    await act(5);
    turn.onText("ok");
  });
  const store = openSqliteStore({ path: here.storeFile });
  const there = await chatting(payFive, { store, identity: here.identity });
  const first = say(here, hello);
  await until(async () => ((await conversation(there, "s-1")).body.busy === true ? true : undefined));
  expect((await say(there, hello)).body.code).toBe("turn_in_progress");
  go();
  expect((await first).status).toBe(200);
  const shown = [(await conversation(here, "s-1")).body, (await conversation(there, "s-1")).body];
  expect(shown[0].messages).toHaveLength(2);
  expect(shown[1]).toEqual(shown[0]);
  expect((await say(there, hello)).status).toBe(200);
  expect([here.paid, there.paid]).toEqual([[5], [5]]);
});
