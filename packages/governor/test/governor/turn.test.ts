// The tool calls of one turn are one set: whatever the order in which they arrive, each is answered the same.

import type { Outcome } from "@flyball/governor";
import { describe, expect, test } from "vitest";
import { approver, context, deskPolicy, openDesk, trader } from "../support/desk.ts";
import { temporaryStore } from "../support/test-governor.ts";

const policy = await deskPolicy();

interface Proposed {
  readonly amount: number;
  readonly to: string;
  readonly idempotencyKey?: string;
}

/** A linear congruential generator, 0 to 1. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

function shuffled<Item>(items: readonly Item[], random: () => number): readonly Item[] {
  return items
    .map((item) => ({ item, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}

/** Near the limit, so that not all fit; some need a review, some fail, some are equal, some carry the same key. */
function setOf(random: () => number): readonly Proposed[] {
  return Array.from({ length: 3 + Math.floor(random() * 8) }, () => {
    const amount = [997, 13, 500.25, 1_500, 2_400, 999][Math.floor(random() * 6)] ?? 1;
    const to = random() < 0.5 ? "c-1" : "c-2";
    return random() < 0.3 ? { amount, to, idempotencyKey: `k-${amount}-${to}` } : { amount, to };
  });
}

const answerOf = ({ outcome, decision }: Outcome<unknown>): string =>
  `${outcome} ${decision.reasons.map(({ code, message }) => `${code}: ${message}`).join("; ")}`;

/** The answers of a set on an empty store whose trader has already moved 20,000, by what was proposed. */
async function answersTo(
  set: readonly Proposed[],
  how: "together" | "one after the other",
): Promise<readonly string[]> {
  const { store } = temporaryStore();
  const desk = openDesk(store, policy);
  await Promise.all(Array.from({ length: 20 }, (_, index) => desk.pay(1_000, { session: `fill-${index}` })));
  const action = ({ amount, to }: Proposed) => ({ tool: "pay", arguments: { amount, to } });
  const keyOf = ({ idempotencyKey }: Proposed) => (idempotencyKey === undefined ? {} : { idempotencyKey });
  const outcomes =
    how === "together"
      ? await desk.governor.actTogether(
          context,
          set.map((proposed) => ({ ...action(proposed), ...keyOf(proposed) })),
        )
      : await Promise.all(
          set.map((proposed) => desk.governor.act({ ...context, ...keyOf(proposed) }, action(proposed))),
        );
  const answers = set.map((proposed, index) => {
    const outcome = outcomes[index];
    return `${JSON.stringify(proposed)} ${outcome === undefined ? "" : answerOf(outcome)}`;
  });
  const [balance] = await store.listBalances({ tenant: trader.tenant, day: new Date().toISOString().slice(0, 10) });
  return [...answers.sort(), `${balance?.committed} ${balance?.reserved}`];
}

describe("the calls of one turn", () => {
  test.each([1, 2, 3, 4, 5, 6])(
    "are answered the same in any order, as a list or one by one (seed %i)",
    async (seed) => {
      const random = generator(seed);
      const set = setOf(random);
      const expected = await answersTo(set, "together");
      for (const how of ["together", "one after the other"] as const) {
        expect(await answersTo(shuffled(set, random), how)).toEqual(expected);
      }
    },
  );

  test("start when all are decided: no tool of the set runs while another is still looked at", async () => {
    const { store } = temporaryStore();
    const events: string[] = [];
    const watched = {
      ...store,
      commitDecision: async (command: Parameters<typeof store.commitDecision>[0]) => {
        const result = await store.commitDecision(command);
        events.push(`decided ${result.kind}`);
        return result;
      },
    };
    const desk = openDesk(watched, policy, { execute: (amount) => events.push(`started ${amount}`) });
    await desk.governor.actTogether(
      context,
      [1, 2, 3].map((amount) => ({ tool: "pay", arguments: { amount } })),
    );
    expect(events.slice(0, 3)).toEqual(["decided committed", "decided committed", "decided committed"]);
    expect(events.slice(3).sort()).toEqual(["started 1", "started 2", "started 3"]);
  });

  test.each([
    ["everything", { kind: "everything" }],
    ["the client", { kind: "client", client: "c-1" }],
    ["the trader", { kind: "trader", issuer: trader.issuer, subject: trader.subject }],
  ] as const)(
    "are not started where %s is halted between the decision on one and that on another",
    async (_name, scope) => {
      const { store } = temporaryStore();
      let commits = 0;
      const watched = {
        ...store,
        commitDecision: async (command: Parameters<typeof store.commitDecision>[0]) => {
          const result = await store.commitDecision(command);
          commits += 1;
          if (commits === 2) await desk.governor.putHalt({ principal: approver }, { scope, reason: "an incident" });
          return result;
        },
      };
      const desk = openDesk(watched, policy);
      const actions = [1, 2, 3, 4].map((amount) => ({ tool: "pay", arguments: { amount } }));
      const outcomes = await desk.governor.actTogether(context, actions);
      expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(["failed", "failed", "refused", "refused"]);
      expect(desk.paid).toEqual([]);
      const balances = await store.listBalances({ tenant: "acme", day: new Date().toISOString().slice(0, 10) });
      expect(new Set(balances.map(({ committed, reserved }) => `${committed} ${reserved}`))).toEqual(new Set(["0 0"]));
    },
  );

  test("are started where what was halted meanwhile is something else", async () => {
    const { store } = temporaryStore();
    const watched = {
      ...store,
      commitDecision: async (command: Parameters<typeof store.commitDecision>[0]) => {
        const scope = { kind: "client", client: `other-${command.record.decision.id}` } as const;
        const result = await store.commitDecision(command);
        await desk.governor.putHalt({ principal: approver }, { scope, reason: "an incident" });
        return result;
      },
    };
    const desk = openDesk(watched, policy);
    const actions = [1, 2, 3].map((amount) => ({ tool: "pay", arguments: { amount } }));
    await desk.governor.actTogether(context, actions);
    expect(desk.paid.toSorted((a, b) => a - b)).toEqual([1, 2, 3]);
  });

  test("of two people, or two sessions, are two sets", async () => {
    const { store } = temporaryStore();
    const desk = openDesk(store, policy);
    const other = { ...context, principal: { ...trader, subject: "other" } };
    const outcomes = await Promise.all([
      desk.pay(900),
      desk.pay(900, { session: "s-2" }),
      desk.governor.act(other, { tool: "pay", arguments: { amount: 900 } }),
    ]);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(["executed", "executed", "executed"]);
  });
});
