// Turns and conversations over a real socket, with an agent that does what each test says. The agent kit and its models are
// tried where they live, in apps/advisor.

import { randomUUID } from "node:crypto";
import { request as httpRequest } from "node:http";
import { openSqliteStore } from "@flyball/governor/sqlite";
import type { ChatLimits } from "@flyball/service";
import { describe, expect, test } from "vitest";
import { type Speech, speakingAgent } from "../support/chat-agent.ts";
import {
  type Answer,
  request,
  runningService,
  type TestService,
  type TestServiceOptions,
} from "../support/running-service.ts";

interface Chatting extends TestServiceOptions {
  readonly limits?: Partial<ChatLimits>;
}

function chatting(speech: Speech, { limits = {}, ...options }: Chatting = {}): Promise<TestService> {
  return runningService({ ...options, chat: (governor) => ({ agent: speakingAgent(governor, speech), limits }) });
}

type Person = "analyst" | "junior" | "senior" | "reviewer";

function say(
  service: TestService,
  body: unknown,
  person: Person = "junior",
  headers: Record<string, string> = {},
): Promise<Answer> {
  return request(`${service.url}/v1/chat`, {
    method: "POST",
    headers: { "content-type": "application/json", ...service.bearer(person), ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

function conversation(service: TestService, session: string, person: Person = "junior"): Promise<Answer> {
  return request(`${service.url}/v1/sessions/${encodeURIComponent(session)}`, { headers: service.bearer(person) });
}

const hello = { session: "s-1", message: "pay five" };
const payFive: Speech = async (turn, act) => {
  await act(5);
  turn.onText("Paid five. ");
  turn.onText("Anything else?");
};
const never = (): Promise<never> => new Promise(() => {});

/** Waits for what a process does in its own time, and gives up in the end. */
async function until<Result>(look: () => Promise<Result | undefined> | Result | undefined): Promise<Result> {
  const end = Date.now() + 10_000;
  while (Date.now() < end) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error("it did not come to pass");
}

describe("POST /v1/chat", () => {
  test("answers with the reply, the model that spoke and each action with its decision", async () => {
    const service = await chatting(payFive);
    const { status, body } = await say(service, hello);
    expect(status).toBe(200);
    expect(body).toMatchObject({ session: "s-1", reply: "Paid five. Anything else?", model: "scripted" });
    expect(body.actions).toMatchObject([
      {
        tool: "pay",
        arguments: { amount: 5 },
        outcome: "executed",
        recorded: true,
        result: { paid: 5 },
        decision: { effect: "ALLOW", cause: "policy" },
      },
    ]);
    expect(body.actions[0].decision.duration_ns).toBeGreaterThan(0);
    const record = await service.store.readDecision({ tenant: "demo", id: body.actions[0].decision.id });
    expect(record).toMatchObject({ session: "s-1", principal: { subject: "jun", role: "junior", agent: "clerk" } });
    expect(service.paid).toEqual([5]);
  });

  test("sends events as things happen: each action with its decision, the text, and at last the whole answer", async () => {
    const service = await chatting(async (turn, act) => {
      turn.onText("First. ");
      await act(5);
      await act(5000);
      turn.onText("Done.");
    });
    const response = await fetch(`${service.url}/v1/chat`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "text/html;q=0.1, text/event-stream",
        ...service.bearer("junior"),
      },
      body: JSON.stringify(hello),
    });
    expect(response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    const events = readEvents(await response.text());
    expect(events.map(({ event }) => event)).toEqual(["text", "action", "action", "text", "done"]);
    expect(events.map(({ data }) => data.outcome)).toEqual([undefined, "executed", "refused", undefined, undefined]);
    expect(events[2]?.data.decision).toMatchObject({ effect: "DENY" });
    const texts = events.filter(({ event }) => event === "text").map(({ data }) => data.text);
    expect(events.at(-1)?.data).toMatchObject({ reply: texts.join(""), model: "scripted", actions: [{}, {}] });
  });

  test("says which model speaks before anybody has spoken", async () => {
    const service = await chatting(never, { limits: { turnMs: 7_000, messageCharacters: 10 } });
    const { status, body } = await request(`${service.url}/v1/chat`, { headers: service.bearer("analyst") });
    expect(status).toBe(200);
    expect(body).toEqual({
      model: "scripted",
      simulated: ["everything"],
      limits: { message_characters: 10, turn_milliseconds: 7_000, messages: 200 },
    });
    expect((await request(`${service.url}/v1/chat`)).body.code).toBe("token_missing");
  });

  test("is not there where nobody is to be talked to", async () => {
    const service = await runningService();
    expect((await say(service, hello)).body.code).toBe("route_unknown");
  });

  test.each([
    ["no object", "[]", "field_invalid"],
    ["half of JSON", '{"session":"s-1","mess', "body_not_json"],
    ["a session that stands twice", '{"session":"s-1","session":"s-2","message":"x"}', "key_duplicate"],
    ["no message", { session: "s-1" }, "field_missing"],
    ["a principal", { ...hello, principal: { role: "senior" } }, "field_unknown"],
    ["a history", { ...hello, history: [] }, "field_unknown"],
    ["an empty session", { ...hello, session: "" }, "field_invalid"],
    ["a session that is too long", { ...hello, session: "s".repeat(129) }, "field_invalid"],
    ["a session with a NUL", { ...hello, session: "s\u0000" }, "field_invalid"],
    ["a message that is no text", { ...hello, message: { text: "x" } }, "field_invalid"],
    ["an empty message", { ...hello, message: " \n " }, "field_invalid"],
    ["a message that is too long", { ...hello, message: "x".repeat(4_001) }, "field_invalid"],
    ["a message with a control character", { ...hello, message: "pay\u001b[2J" }, "field_invalid"],
    ["a message with a NUL", { ...hello, message: "pay\u0000" }, "field_invalid"],
  ])("refuses %s, and nothing is begun", async (_what, body, code) => {
    const service = await chatting(payFive);
    const answer = await say(service, body);
    expect([answer.status, answer.body.code]).toEqual([400, code]);
    expect((await conversation(service, "s-1")).status).toBe(404);
    expect(service.paid).toEqual([]);
  });
});

describe("a conversation belongs to one person", () => {
  test("another person, and another tenant, finds no such session, and begins one of their own under its name", async () => {
    const heard: unknown[] = [];
    const service = await chatting((turn) => {
      heard.push(turn.history.map(({ text }) => text));
      turn.onText("heard");
    });
    await say(service, { session: "s-1", message: "my secret" });
    const foreign = await conversation(service, "s-1", "senior");
    expect([foreign.status, foreign.body.code]).toEqual([404, "session_unknown"]);
    await say(service, { session: "s-1", message: "what was said?" }, "senior");
    await say(service, { session: "s-1", message: "and now?" });
    expect(heard).toEqual([[], [], ["my secret", "heard"]]);
    const own = await conversation(service, "s-1", "senior");
    expect(JSON.stringify(own.body)).not.toContain("my secret");
  });

  test("one that never was is not there either, whatever its name", async () => {
    const service = await chatting(payFive);
    for (const name of ["nothing", "..%2f..%2fetc", "x".repeat(120), "' OR 1=1 --"]) {
      const { status, body } = await conversation(service, name);
      expect([status, body.code]).toEqual([404, "session_unknown"]);
    }
  });
});

describe("a turn at a time", () => {
  test("of ten at once one goes on, and the others are told so", async () => {
    let go: () => void = () => {};
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    const service = await chatting(async (turn, act) => {
      await gate;
      await act(5);
      turn.onText("ok");
    });
    const all = Array.from({ length: 10 }, () => say(service, hello));
    const first = await Promise.race(all);
    expect([first.status, first.body.code]).toEqual([409, "turn_in_progress"]);
    expect(first.headers.get("retry-after")).toBe("1");
    expect((await conversation(service, "s-1")).body).toMatchObject({ busy: true });
    go();
    const answers = await Promise.all(all);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(service.paid).toEqual([5]);
    expect((await conversation(service, "s-1")).body.busy).toBe(false);
  });

  test("as many turns as may be are taken, in whatever sessions, and the next is told to wait", async () => {
    const service = await chatting(never, { limits: { concurrentTurns: 2, turnMs: 400, settleMs: 10 } });
    const two = [say(service, { ...hello, session: "a" }), say(service, { ...hello, session: "b" })];
    await until(async () => ((await conversation(service, "b")).status === 200 ? true : undefined));
    const third = await say(service, { ...hello, session: "c" });
    expect([third.status, third.body.code]).toEqual([503, "chat_busy"]);
    expect((await Promise.all(two)).map(({ body }) => body.code)).toEqual(["turn_deadline", "turn_deadline"]);
  });

  test("a session has an end", async () => {
    const service = await chatting((turn) => turn.onText("ok"), { limits: { turns: 2 } });
    await say(service, hello);
    await say(service, hello);
    const third = await say(service, hello);
    expect([third.status, third.body.code]).toEqual([409, "session_full"]);
    expect((await conversation(service, "s-1")).body.messages).toHaveLength(4);
  });
});

describe("a turn that does not come to its end", () => {
  test("a model that never answers is left at the deadline, and what was done stays done", async () => {
    const signals: AbortSignal[] = [];
    const service = await chatting(
      async (turn, act) => {
        signals.push(turn.signal);
        await act(5);
        turn.onText("Paid. ");
        await never();
      },
      { limits: { turnMs: 300 } },
    );
    const { status, body } = await say(service, hello);
    expect([status, body.code, body.ended]).toEqual([504, "turn_deadline", "deadline"]);
    expect(body.actions).toMatchObject([{ outcome: "executed" }]);
    expect(body.reply).toMatch(/^Paid\. .*time for this turn is over/);
    expect(signals[0]?.aborted).toBe(true);
    const { messages } = (await conversation(service, "s-1")).body;
    expect(messages[1]).toMatchObject({ from: "advisor", ended: "deadline", actions: [{ outcome: "executed" }] });
  });

  test("with events, the problem is the last of them", async () => {
    const service = await chatting(never, { limits: { turnMs: 200, heartbeatMs: 20 } });
    const response = await fetch(`${service.url}/v1/chat`, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "text/event-stream", ...service.bearer("junior") },
      body: JSON.stringify(hello),
    });
    const text = await response.text();
    expect(text.match(/^: going on$/gm)?.length).toBeGreaterThan(0);
    const events = readEvents(text);
    expect(events.at(-1)).toMatchObject({
      event: "problem",
      data: { code: "turn_deadline", status: 504, actions: [] },
    });
  });

  test("a tool that does not answer is cut by the turn's deadline, not by its own later one", async () => {
    const service = await chatting(
      async (_turn, act) => {
        await act(5);
        await never();
      },
      { pay: never, limits: { turnMs: 300 }, governorLimits: { deadlineMs: 60_000 } },
    );
    const { status, body } = await say(service, hello);
    expect([status, body.code]).toEqual([504, "turn_deadline"]);
    expect(body.actions).toMatchObject([{ outcome: "unknown" }]);
  });

  test("a model that goes on after its turn finds nobody asking, and nothing is done for it", async () => {
    let late: Promise<void> | undefined;
    const service = await chatting(
      async (turn, act) => {
        late = new Promise<void>((resolve) =>
          turn.signal.addEventListener("abort", () => setTimeout(resolve, 100)),
        ).then(() => act(7).catch(() => act(8)));
        await never();
      },
      { limits: { turnMs: 200, settleMs: 10 } },
    );
    expect((await say(service, hello)).status).toBe(504);
    await expect(late).rejects.toThrow("the turn is over");
    expect(service.paid).toEqual([]);
    expect((await conversation(service, "s-1")).body.messages[1].actions).toEqual([]);
  });

  test.each([
    ["throws", () => Promise.reject(new Error("the model's host is gone"))],
    ["throws no error", () => Promise.reject("gone")], // oxlint-disable-line typescript/prefer-promise-reject-errors
  ])("a model that %s is unavailable, and the log is told why", async (_what, speech) => {
    const faults: string[] = [];
    const service = await chatting(speech, { onFault: ({ error }) => void faults.push(String(error)) });
    const { status, body } = await say(service, hello);
    expect([status, body.code]).toEqual([502, "model_unavailable"]);
    expect(JSON.stringify(body)).not.toContain("gone");
    expect(faults[0]).toContain("gone");
    expect((await conversation(service, "s-1")).body.messages[1]).toMatchObject({ ended: "model" });
  });

  test("a connection that is cut ends the turn: the model is stopped, and what was allowed is done once and shown", async () => {
    let aborted = false;
    let begun: () => void = () => {};
    const acting = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const service = await chatting(
      async (turn, act) => {
        turn.signal.addEventListener("abort", () => {
          aborted = true;
        });
        begun();
        await act(5);
        await never();
      },
      { pay: (amount) => new Promise((resolve) => setTimeout(() => resolve({ paid: amount }), 100)) },
    );
    const sent = httpRequest(`${service.url}/v1/chat`, {
      method: "POST",
      headers: { "content-type": "application/json", ...service.bearer("junior") },
    });
    sent.on("error", () => {});
    sent.end(JSON.stringify(hello));
    await acting;
    await until(() => (service.paid.length > 0 ? true : undefined));
    sent.destroy();
    const { messages } = await until(async () => {
      const { body } = await conversation(service, "s-1");
      return body.busy === false ? body : undefined;
    });
    expect(aborted).toBe(true);
    expect(messages[1]).toMatchObject({ ended: "cancelled", actions: [{ outcome: "executed", result: { paid: 5 } }] });
    expect(service.paid).toEqual([5]);
  });

  test("a service that stops ends its turns at once, with an answer, a record and nothing half done", async () => {
    const service = await chatting(
      async (_turn, act) => {
        await act(5);
        await never();
      },
      { pay: (amount) => new Promise((resolve) => setTimeout(() => resolve({ paid: amount }), 150)) },
    );
    const answer = say(service, hello);
    await until(() => (service.paid.length > 0 ? true : undefined));
    const began = performance.now();
    const stopped = service.stop(8_000);
    const { status, body } = await answer;
    expect([status, body.code, body.ended]).toEqual([503, "stopping", "stopped"]);
    expect(body.actions).toMatchObject([{ outcome: "executed" }]);
    await stopped;
    expect(performance.now() - began).toBeLessThan(5_000);
    const chat = await service.store.readChat({ principal: jun, session: "s-1" });
    expect(chat?.turn).toBe(undefined);
  });
});

const jun = { tenant: "demo", issuer: "urn:flyball:development", subject: "jun", role: "junior" };

describe("a process that dies in the middle of a turn", () => {
  test("leaves a conversation that shows what was done and what never was, and goes on when its time is over", async () => {
    const service = await chatting(payFive);
    const { store, governor } = service;
    // What a process has stored when it dies: the turn, the calls that were noted, and one of them executed.
    const turn = { id: randomUUID(), until: Date.now() + 1_500 };
    const entry = { kind: "said", body: { text: "pay five, then six" } };
    await store.beginTurn({ principal: jun, session: "s-1", turn, entry, at: Date.now(), maxTurns: 9 });
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

interface ServerEvent {
  readonly event: string;
  // biome-ignore lint/suspicious/noExplicitAny: an event's data is whatever came over the socket
  readonly data: any; // oxlint-disable-line typescript/no-explicit-any
}

function readEvents(text: string): readonly ServerEvent[] {
  return text.split("\n\n").flatMap((block) => {
    const event = /^event: (.*)$/m.exec(block)?.[1];
    const data = /^data: (.*)$/m.exec(block)?.[1];
    return event === undefined || data === undefined ? [] : [{ event, data: JSON.parse(data) as unknown }];
  });
}

test("an agent is told the last turns of a long conversation, and a person is shown all of them", async () => {
  const told: number[] = [];
  const service = await chatting(
    (turn) => {
      told.push(turn.history.length);
      turn.onText("ok");
    },
    { limits: { historyTurns: 2 } },
  );
  for (let turns = 0; turns < 4; turns += 1) await say(service, hello);
  expect(told).toEqual([0, 2, 4, 4]);
  expect((await conversation(service, "s-1")).body.messages).toHaveLength(8);
});
