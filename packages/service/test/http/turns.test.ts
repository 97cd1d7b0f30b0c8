// One turn at a time, and every way in which a turn can end: over a real socket, with an agent that does what each test says.

import { request as httpRequest } from "node:http";
import { describe, expect, test } from "vitest";
import { chatting, conversation, hello, listen, never, readEvents, say, until } from "../support/chatting-service.ts";

const jun = { tenant: "demo", issuer: "urn:flyball:development", subject: "jun", role: "junior" };

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
    const small = await chatting((turn) => turn.onText("long ".repeat(100)), {
      limits: { conversationCharacters: 500 },
    });
    expect((await say(small, hello)).status).toBe(200);
    expect((await say(small, hello)).body.code).toBe("session_full");
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
    const text = await listen(service, hello);
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
