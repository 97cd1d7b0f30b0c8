// What a chat is asked and answers, over a real socket, with an agent that does what each test says. The agent kit and its
// models are tried where they live, in apps/advisor.

import { describe, expect, test } from "vitest";
import { chatting, conversation, hello, listen, never, payFive, readEvents, say } from "../support/chatting-service.ts";
import { request, runningService } from "../support/running-service.ts";

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
    const events = readEvents(await listen(service, hello));
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
