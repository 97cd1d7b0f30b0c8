import { recompute, type Store } from "@flyball/governor";
import { describe, expect, test } from "vitest";
import { approver, context, type Desk, deskPolicy, openDesk, trader } from "../support/desk.ts";

/** What a governor must keep on every store; `open` gives an empty store, `again` another connection to the same one. */
export function deskSuite(
  backend: string,
  open: () => Promise<{ readonly store: Store; readonly again: () => Promise<Store> }>,
): void {
  const today = (): string => new Date().toISOString().slice(0, 10);

  async function balanceOf(store: Store, dimension = "trader") {
    const balances = await store.listBalances({ tenant: "acme", day: today() });
    return balances.find((balance) => balance.dimension === dimension);
  }

  async function desk(options: Parameters<typeof openDesk>[2] = {}): Promise<Desk & { readonly store: Store }> {
    const { store } = await open();
    return { ...openDesk(store, await deskPolicy(), options), store };
  }

  async function reviewed(at: Desk, amount = 5_000): Promise<string> {
    const outcome = await at.pay(amount);
    if (outcome.outcome !== "suspended") throw new Error(outcome.outcome);
    return outcome.review.id;
  }

  const approve = (at: Desk, id: string, more = {}) =>
    at.governor.resolveReview({ principal: approver }, { id, verdict: "approve", reason: "seen", ...more });

  describe(`an agent that acts for a person on ${backend}`, () => {
    test("is kept apart in the action and the record, and counts against the person's limits", async () => {
      const at = await desk();
      const principal = { ...trader, agent: "advisor" };
      const own = await at.pay(900);
      const agents = await at.pay(900, { principal });
      const waiting = await at.pay(5_000, { principal });
      const records = await Promise.all(
        [own, agents].map(({ decision }) => at.store.readDecision({ tenant: "acme", id: decision.id })),
      );
      expect(records.map((record) => record?.principal)).toEqual([trader, principal]);
      expect(records[0]?.actionDigest).not.toBe(records[1]?.actionDigest);
      expect(await balanceOf(at.store)).toMatchObject({ name: expect.stringContaining("tra"), committed: "1800" });
      if (waiting.outcome !== "suspended") return expect.fail(waiting.outcome);
      const review = await at.store.readReview({ tenant: "acme", id: waiting.review.id });
      expect(review?.action.principal).toEqual(principal);
      expect(await approve(at, waiting.review.id)).toMatchObject({ outcome: { outcome: "executed" } });
      expect(await balanceOf(at.store)).toMatchObject({ committed: "6800" });
    });

    test("must have a name that can be one", async () => {
      const at = await desk();
      for (const agent of ["", "a".repeat(513), "a\u0000b", "\ud800"]) {
        await expect(at.pay(1, { principal: { ...trader, agent } })).rejects.toThrow("principal.agent");
      }
    });
  });

  describe(`the ledger on ${backend}`, () => {
    test("an executed action is committed, a failed one released, a refused or suspended one reserves nothing", async () => {
      const at = await desk();
      expect((await at.pay(900)).outcome).toBe("executed");
      expect((await at.pay(13)).outcome).toBe("failed");
      expect((await at.pay(5_000)).outcome).toBe("suspended");
      expect(await balanceOf(at.store)).toMatchObject({ committed: "900", reserved: "0" });
      expect(await balanceOf(at.store, "client")).toMatchObject({ name: "c-1", committed: "900" });
      const refused = await at.pay(24_100.5);
      expect(refused.decision.reasons[0]?.message).toBe("24100 of 25000 left today");
    });

    test("a hundred actions at once on one limit: what is executed never passes it, and each refusal shows why", async () => {
      const { store, again } = await open();
      const policy = await deskPolicy();
      const desks = [openDesk(store, policy), openDesk(await again(), policy)] as const;
      const outcomes = await Promise.all(
        Array.from({ length: 100 }, (_, index) => desks[index % 2 === 0 ? 0 : 1].pay(999, { session: `s-${index}` })),
      );
      const paid = [...desks[0].paid, ...desks[1].paid];
      expect(paid).toHaveLength(25);
      expect(await balanceOf(store)).toMatchObject({ committed: "24975", reserved: "0" });
      const refused = outcomes.filter(({ outcome }) => outcome === "refused");
      expect(refused).toHaveLength(75);
      for (const { decision } of refused) {
        const record = await store.readDecision({ tenant: "acme", id: decision.id });
        const found = record?.provenance?.ledger.find(({ dimension }) => dimension === "trader");
        expect(
          Number(found?.committed) + Number(found?.reserved) + Number(record?.provenance?.requested),
        ).toBeGreaterThan(25_000);
      }
    });

    test("the calls of one turn get the same answers in whatever order they come", async () => {
      const amounts = [900, 800, 700, 999, 998, 997];
      const answers = [];
      for (const order of [amounts, amounts.toReversed()]) {
        const at = await desk();
        for (let index = 0; index < 22; index += 1) await at.pay(1_000, { session: `fill-${index}` });
        const actions = order.map((amount) => ({ tool: "pay", arguments: { amount } }));
        const outcomes = await at.governor.actTogether(context, actions);
        answers.push(Object.fromEntries(order.map((amount, index) => [amount, outcomes[index]?.outcome])));
      }
      expect(answers[0]).toEqual(answers[1]);
      expect(new Set(Object.values(answers[0] ?? {}))).toEqual(new Set(["executed", "refused"]));
    });

    test("an unknown outcome keeps its reservation until the tool says what became of it", async () => {
      let answer: "executed" | "absent" | "unknown" = "unknown";
      const at = await desk({
        execute: () => {
          throw new Error("the line went dead");
        },
        reconcile: () => (answer === "executed" ? { kind: answer, result: { ok: true } } : { kind: answer }),
      });
      expect((await at.pay(100)).outcome).toBe("unknown");
      expect((await at.pay(200)).outcome).toBe("unknown");
      expect(await at.governor.reconcile({ olderThanMs: 0 })).toEqual({ settled: 0, expired: 0, left: 2 });
      expect(await balanceOf(at.store)).toMatchObject({ committed: "0", reserved: "300" });
      answer = "absent";
      expect(await at.governor.reconcile({ olderThanMs: 0 })).toEqual({ settled: 2, expired: 0, left: 0 });
      expect(await balanceOf(at.store)).toMatchObject({ committed: "0", reserved: "0" });
      answer = "executed";
      await at.pay(100);
      await at.governor.reconcile({ olderThanMs: 0 });
      expect(await balanceOf(at.store)).toMatchObject({ committed: "100", reserved: "0" });
    });

    test("a person settles what no tool can tell, and never their own action", async () => {
      const at = await desk({
        execute: () => {
          throw new Error("the line went dead");
        },
      });
      await at.pay(100, { idempotencyKey: "k" });
      const actionId = (await at.store.findActionByKey({ principal: trader, key: "k" }))?.id ?? "";
      const statement = { actionId, state: "failed", reason: "the broker's desk says so" } as const;
      const codes = [];
      for (const [principal, word] of [
        [trader, statement],
        [{ ...trader, role: "reviewer" }, statement],
        [{ ...approver, agent: "advisor" }, statement],
        [{ ...approver, tenant: "other" }, statement],
        [approver, { ...statement, reason: " " }],
        [approver, { ...statement, filled: "1" }],
        [approver, statement],
        [approver, statement],
      ] as const) {
        const answer = await at.governor.settleByHand({ principal }, word);
        codes.push(answer.kind === "refused" ? answer.code : answer.outcome.outcome);
      }
      expect(codes).toEqual([
        "settler_is_requester",
        "settler_is_requester",
        "settler_is_agent",
        "action_unknown",
        "reason_invalid",
        "filled_invalid",
        "failed",
        "action_not_unknown",
      ]);
      expect(await balanceOf(at.store)).toMatchObject({ reserved: "0", committed: "0" });
    });

    test("what a person states was executed is committed as they say it filled, and their word is in the log", async () => {
      const at = await desk({
        execute: () => {
          throw new Error("the line went dead");
        },
      });
      await at.pay(100, { idempotencyKey: "k" });
      const actionId = (await at.store.findActionByKey({ principal: trader, key: "k" }))?.id ?? "";
      const word = { actionId, state: "executed", reason: "page 3 of the statement", filled: "98.50" } as const;
      const settled = await at.governor.settleByHand({ principal: approver }, word);
      if (settled.kind !== "settled") return expect.fail(settled.code);
      expect(await balanceOf(at.store)).toMatchObject({ reserved: "0", committed: "98.5" });
      const record = await at.store.readDecision({ tenant: "acme", id: settled.outcome.decision.id });
      expect(record).toMatchObject({
        principal: approver,
        actionId,
        decision: { reasons: [{ code: "settled_executed", message: word.reason }] },
      });
      expect(await at.pay(100, { idempotencyKey: "k" })).toMatchObject({ outcome: "executed" });
      expect(at.paid).toEqual([100]);
    });

    test("what a dead process left executing, and no tool can tell, is handed to a person", async () => {
      const at = await desk({ execute: () => ({}) });
      const deaf = { ...at.store, settleAction: () => Promise.reject(new Error("gone")) };
      const dead = openDesk(deaf, await deskPolicy(), { limits: { settleMs: 1 } });
      await dead.pay(100, { idempotencyKey: "k" });
      const left = await at.store.findActionByKey({ principal: trader, key: "k" });
      expect(left?.state).toBe("executing");
      const statement = { actionId: left?.id ?? "", state: "failed", reason: "x" } as const;
      expect(await at.governor.settleByHand({ principal: approver }, statement)).toMatchObject({
        code: "action_not_unknown",
      });
      expect(await at.governor.reconcile({ olderThanMs: 0 })).toEqual({ settled: 0, expired: 0, left: 1 });
      expect(await balanceOf(at.store)).toMatchObject({ reserved: "100" });
      expect((await at.governor.settleByHand({ principal: approver }, statement)).kind).toBe("settled");
      expect(await balanceOf(at.store)).toMatchObject({ reserved: "0", committed: "0" });
    });
  });

  describe(`reviews on ${backend}`, () => {
    test("the policy is asked again: ALLOW or the same reasons execute, a denial refuses", async () => {
      const at = await desk();
      const first = await approve(at, await reviewed(at));
      expect(first).toMatchObject({ kind: "resolved", outcome: { outcome: "executed", result: { paid: 5_000 } } });
      const second = await reviewed(at, 20_000);
      await at.pay(1_000);
      const denied = await approve(at, second);
      expect(denied).toMatchObject({ kind: "resolved", outcome: { outcome: "refused" } });
      expect(at.paid).toEqual([5_000, 1_000]);
      expect(await balanceOf(at.store)).toMatchObject({ committed: "6000", reserved: "0" });
    });

    test("a reason that was not approved asks again, with what is new", async () => {
      const at = await desk();
      const id = await reviewed(at);
      at.client.frozen = true;
      const again = await approve(at, id);
      if (again.kind !== "resolved" || again.outcome.outcome !== "suspended") return expect.fail(again.kind);
      expect(again.outcome.decision.reasons.map(({ code }) => code).sort()).toEqual(["frozen_client", "large"]);
      expect(at.paid).toEqual([]);
      expect(await approve(at, id)).toMatchObject({ kind: "refused", code: "review_closed" });
      expect(await approve(at, again.outcome.review.id)).toMatchObject({ outcome: { outcome: "executed" } });
      expect(at.paid).toEqual([5_000]);
    });

    test("is opened by nobody it does not belong to", async () => {
      const at = await desk();
      const id = await reviewed(at);
      const word = { id, verdict: "approve", reason: "me" } as const;
      const codes = [];
      for (const principal of [
        trader,
        { ...trader, role: "reviewer" },
        { ...approver, role: "senior" },
        { ...approver, tenant: "other" },
        { ...approver, agent: "assistant" },
      ]) {
        const answer = await at.governor.resolveReview({ principal }, word);
        codes.push(answer.kind === "refused" ? answer.code : "resolved");
      }
      expect(codes).toEqual([
        "approver_is_requester",
        "approver_is_requester",
        "approver_not_permitted",
        "review_unknown",
        "approver_is_agent",
      ]);
      // The same subject of another issuer is another person.
      const other = { ...trader, issuer: "https://other.example", role: "reviewer" };
      expect((await at.governor.resolveReview({ principal: other }, word)).kind).toBe("resolved");
    });

    test("approve, reject and expire in a storm from two instances: one outcome", async () => {
      for (let round = 0; round < 6; round += 1) {
        const { store, again } = await open();
        const policy = await deskPolicy();
        const desks = [openDesk(store, policy), openDesk(await again(), policy)] as const;
        const id = await reviewed(desks[0]);
        const answers = await Promise.all(
          Array.from({ length: 12 }, (_, index) =>
            desks[index % 2 === 0 ? 0 : 1].governor.resolveReview(
              { principal: { ...approver, subject: `rev-${index}` } },
              { id, verdict: index % 3 === round % 3 ? "reject" : "approve", reason: "storm" },
            ),
          ),
        );
        expect(answers.filter(({ kind }) => kind === "resolved")).toHaveLength(1);
        const state = (await store.readReview({ tenant: "acme", id }))?.state;
        const paid = desks[0].paid.length + desks[1].paid.length;
        expect(paid).toBe(state === "approved" ? 1 : 0);
      }
    });

    test("a variation within its bounds takes the place of an action that did not take effect, once", async () => {
      const at = await desk();
      const id = await reviewed(at, 20_000);
      for (let index = 0; index < 6; index += 1) await at.pay(1_000, { session: `s-${index}` });
      const variation = { bounds: { amount: { at_most: "20000" } }, until: Date.now() + 60_000 };
      expect(await approve(at, id, { variation })).toMatchObject({ outcome: { outcome: "refused" } });
      expect((await at.pay(20_000.5, { review: id })).decision.reasons[0]?.code).toBe("approval_not_usable");
      expect((await at.pay(18_000)).outcome).toBe("suspended");
      expect((await at.pay(18_000, { review: id })).outcome).toBe("executed");
      expect((await at.pay(900, { review: id })).decision.reasons[0]?.message).toContain("used already");
      const other = { ...context, principal: { ...trader, subject: "tra2" }, review: id };
      const stolen = await at.governor.act(other, { tool: "pay", arguments: { amount: 1 } });
      expect(stolen.decision.reasons[0]?.code).toBe("approval_not_usable");
    });

    test("an approval that was executed covers nothing more", async () => {
      const at = await desk();
      const id = await reviewed(at);
      const variation = { bounds: { amount: { within_percent: "2" } }, until: Date.now() + 60_000 };
      await approve(at, id, { variation });
      expect((await at.pay(5_050, { review: id })).decision.reasons[0]?.message).toContain("was executed");
      expect(at.paid).toEqual([5_000]);
    });
  });

  describe(`halts on ${backend}`, () => {
    test("what is halted on one instance is halted on the other for the next action, also for an approval", async () => {
      const { store, again } = await open();
      const policy = await deskPolicy();
      const [one, two] = [openDesk(store, policy), openDesk(await again(), policy)] as const;
      const id = await reviewed(one);
      await one.governor.putHalt({ principal: approver }, { scope: { kind: "client", client: "c-1" }, reason: "r" });
      const codes = [];
      for (const at of [one, two]) codes.push((await at.pay(1)).decision.reasons[0]?.code);
      expect(codes).toEqual(["halted", "halted"]);
      expect(await approve(two, id)).toMatchObject({ kind: "refused", code: "halted" });
      expect([...one.paid, ...two.paid]).toEqual([]);
      await two.governor.liftHalt(
        { principal: approver },
        { scope: { kind: "client", client: "c-1" }, reason: "over" },
      );
      expect(await approve(two, id)).toMatchObject({ outcome: { outcome: "executed" } });
    });
  });

  describe(`records on ${backend}`, () => {
    test("each decision can be computed again from its record and what the store keeps", async () => {
      const at = await desk();
      await at.pay(10);
      await approve(at, await reviewed(at));
      await at.pay(24_000);
      const { records } = await at.store.listDecisions({ tenant: "acme", limit: 99 });
      expect(records).toHaveLength(4);
      for (const record of records) expect(await recompute({ record, store: at.store })).toEqual({ kind: "same" });
      const [record] = records;
      if (record === undefined) return expect.fail("no record");
      const forged = { ...record, decision: { ...record.decision, effect: "ALLOW" as const } };
      expect((await recompute({ record: forged, store: at.store })).kind).toBe("different");
      const broken = {
        readArtifact: async () => ({ digest: "x", kind: "module" as const, bytes: new Uint8Array([1]) }),
      };
      expect(await recompute({ record, store: broken })).toEqual({ kind: "unavailable", missing: "module" });
    });
  });
}
