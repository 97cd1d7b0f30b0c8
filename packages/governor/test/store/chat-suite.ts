import { randomUUID } from "node:crypto";
import type { BeginTurn, Store } from "@flyball/governor";
import { describe, expect, test } from "vitest";
import { alice } from "../support/records.ts";

/** What every backend must do with conversations; `open` gives an empty store and closes it after the test. */
export function chatSuite(backend: string, open: () => Store | Promise<Store>): void {
  describe(`conversations on ${backend}`, () => {
    test("a turn makes the conversation, what is added to it stays, and its end lets the next one begin", async () => {
      const store = await open();
      const first = begin();
      expect(await store.beginTurn(first)).toMatchObject({
        kind: "begun",
        chat: { session: "s-1", turn: first.turn, entries: [{ kind: "said", body: { text: "a\u0000b" } }] },
      });
      const calls = { kind: "calls", body: { amount: 1.5, list: [null, "x"] } };
      expect(await store.addToTurn(add(first, { entries: [calls] }))).toEqual({ kind: "committed" });
      expect(await store.beginTurn(begin({ at: 2 }))).toEqual({ kind: "busy" });
      expect(await store.addToTurn(add(first, { ends: true, at: 3 }))).toEqual({ kind: "committed" });
      expect(await store.addToTurn(add(first, { entries: [calls] }))).toEqual({ kind: "conflict" });
      const second = begin({ at: 4 });
      expect((await store.beginTurn(second)).kind).toBe("begun");
      const chat = await store.readChat({ principal: alice, session: "s-1" });
      expect(chat).toMatchObject({ createdAt: 1, changedAt: 4, turn: second.turn });
      expect(chat?.entries.map(({ kind, turn, at }) => [kind, turn, at])).toEqual([
        ["said", first.turn.id, 1],
        ["calls", first.turn.id, 1],
        ["said", second.turn.id, 4],
      ]);
      expect(chat?.entries[1]?.body).toEqual(calls.body);
    });

    test("of a hundred turns that begin at once, one does", async () => {
      const store = await open();
      const results = await Promise.all(Array.from({ length: 100 }, () => store.beginTurn(begin())));
      expect(results.filter(({ kind }) => kind === "begun")).toHaveLength(1);
      expect(results.filter(({ kind }) => kind === "busy")).toHaveLength(99);
      expect((await store.readChat({ principal: alice, session: "s-1" }))?.entries).toHaveLength(1);
    });

    test("a turn whose process died blocks the conversation until its time is over, and adds nothing after", async () => {
      const store = await open();
      const dead = begin({ turn: { id: randomUUID(), until: 100 } });
      await store.beginTurn(dead);
      expect(await store.beginTurn(begin({ at: 99 }))).toEqual({ kind: "busy" });
      expect((await store.beginTurn(begin({ at: 100 }))).kind).toBe("begun");
      expect(await store.addToTurn(add(dead, { ends: true }))).toEqual({ kind: "conflict" });
    });

    test("a conversation is one person's: others of the same name are other conversations", async () => {
      const store = await open();
      const first = begin();
      await store.beginTurn(first);
      for (const other of [{ tenant: "other" }, { issuer: "https://other.example" }, { subject: "bob" }]) {
        const principal = { ...alice, ...other };
        expect(await store.readChat({ principal, session: "s-1" })).toBe(undefined);
        expect(await store.addToTurn({ ...add(first, { ends: true }), principal })).toEqual({ kind: "conflict" });
        expect(await store.beginTurn(begin({ principal }))).toMatchObject({ kind: "begun" });
      }
      expect((await store.readChat({ principal: alice, session: "s-1" }))?.entries).toHaveLength(1);
      const role = { ...alice, role: "senior" };
      expect((await store.readChat({ principal: role, session: "s-1" }))?.entries).toHaveLength(1);
    });

    test("a conversation is full after as many turns as it may have, or as much text", async () => {
      const store = await open();
      for (let turns = 0; turns < 3; turns += 1) {
        const next = begin({ maxTurns: 3 });
        expect((await store.beginTurn(next)).kind).toBe("begun");
        await store.addToTurn(add(next, { ends: true }));
      }
      expect(await store.beginTurn(begin({ maxTurns: 3 }))).toEqual({ kind: "full" });
      const stored = 3 * '{"text":"a\\u0000b"}'.length;
      expect(await store.beginTurn(begin({ maxCharacters: stored }))).toEqual({ kind: "full" });
      expect((await store.beginTurn(begin({ maxCharacters: stored + 1 }))).kind).toBe("begun");
    });
  });
}

function begin(over: Partial<BeginTurn> = {}): BeginTurn {
  const entry = { kind: "said", body: { text: "a\u0000b" } };
  const turn = { id: randomUUID(), until: 1_000 };
  return { principal: alice, session: "s-1", turn, entry, at: 1, maxTurns: 50, maxCharacters: 1_000_000, ...over };
}

function add(
  { principal, session, turn }: BeginTurn,
  over: Partial<Parameters<Store["addToTurn"]>[0]>,
): Parameters<Store["addToTurn"]>[0] {
  return { principal, session, turn: turn.id, entries: [], ends: false, at: 1, ...over };
}
