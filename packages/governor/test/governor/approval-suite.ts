// Reviews under attack and under race, on every store: forged, replayed, expired and foreign approvals; the requester under
// another name; approve, reject, expire and repeat in one storm.

import { actionDigest, type Governor, type Principal, type Store } from "@flyball/governor";
import { describe, expect, test } from "vitest";
import { approver, context, type Desk, deskPolicy, openDesk, trader } from "../support/desk.ts";

export function approvalSuite(
  backend: string,
  open: () => Promise<{ readonly store: Store; readonly again: () => Promise<Store> }>,
): void {
  type At = Desk & { readonly store: Store; readonly time: { now: number } };
  const start = Date.now();

  async function desk(options: Parameters<typeof openDesk>[2] = {}): Promise<At> {
    const { store } = await open();
    const time = { now: start };
    const clock = { now: () => time.now, elapsedNs: () => process.hrtime.bigint() };
    return { ...openDesk(store, await deskPolicy(), { clock, ...options }), store, time };
  }

  async function suspended(at: Pick<Desk, "pay">, amount = 5_000): Promise<string> {
    const outcome = await at.pay(amount);
    if (outcome.outcome !== "suspended") throw new Error(outcome.outcome);
    return outcome.review.id;
  }

  const say = (governor: Governor, principal: Principal, word: Readonly<Record<string, unknown>>) =>
    governor.resolveReview({ principal }, { verdict: "approve", reason: "seen", ...word } as never);

  const codeOf = (answer: Awaited<ReturnType<typeof say>>) =>
    answer.kind === "refused" ? answer.code : answer.outcome.outcome;

  describe(`approvals on ${backend}`, () => {
    test("a forged one opens nothing: an id that nobody gave, words in the arguments, a review that grants no variation", async () => {
      const at = await desk();
      const id = await suspended(at);
      for (const forged of ["", "x", "00000000-0000-4000-8000-000000000000", `${id}'--`, `${id} `, id.toUpperCase()]) {
        expect(codeOf(await say(at.governor, approver, { id: forged }))).toBe("review_unknown");
      }
      const words = { amount: 5_000, approved: true, review: id, obligations: {} };
      const proposed = await at.governor.act(context, { tool: "pay", arguments: words });
      expect(proposed.decision.reasons[0]?.code).toBe("arguments_invalid");
      for (const review of [id, "00000000-0000-4000-8000-000000000000", `${id}'--`]) {
        expect((await at.pay(5_000, { review })).decision.reasons[0]?.code).toBe("approval_not_usable");
      }
      expect(at.paid).toEqual([]);
    });

    test("a verdict that is no verdict changes nothing", async () => {
      const at = await desk();
      const id = await suspended(at);
      for (const verdict of ["approved", "APPROVE", "", undefined, true]) {
        await expect(say(at.governor, approver, { id, verdict })).rejects.toThrow(TypeError);
      }
      expect((await at.store.readReview({ tenant: "acme", id }))?.state).toBe("pending");
      expect(at.paid).toEqual([]);
    });

    test("a replayed one opens nothing: not the same review, not another action, not after a rejection", async () => {
      const at = await desk();
      const id = await suspended(at);
      expect(codeOf(await say(at.governor, approver, { id }))).toBe("executed");
      expect(codeOf(await say(at.governor, approver, { id }))).toBe("review_closed");
      expect(codeOf(await say(at.governor, { ...approver, subject: "rev-2" }, { id }))).toBe("review_closed");
      expect((await at.pay(5_000, { review: id })).decision.reasons[0]?.code).toBe("approval_not_usable");
      const rejected = await suspended(at);
      expect(codeOf(await say(at.governor, approver, { id: rejected, verdict: "reject" }))).toBe("refused");
      expect(codeOf(await say(at.governor, approver, { id: rejected }))).toBe("review_closed");
      expect(at.paid).toEqual([5_000]);
    });

    test("an expired one opens nothing, from its last moment on, and the variation it allowed neither", async () => {
      const at = await desk({ limits: { reviewMs: 60_000 } });
      const id = await suspended(at);
      at.time.now += 59_999;
      const variation = { bounds: { amount: { at_most: "5000" } }, until: at.time.now + 10 };
      at.client.frozen = true;
      const next = await say(at.governor, approver, { id, variation });
      if (next.kind !== "resolved" || next.outcome.outcome !== "suspended") return expect.fail(next.kind);
      at.time.now += 60_000;
      expect(codeOf(await say(at.governor, approver, { id: next.outcome.review.id }))).toBe("review_expired");
      expect((await at.pay(4_000, { review: id })).decision.reasons[0]?.message).toContain("time");
      expect(at.paid).toEqual([]);
      const balances = await at.store.listBalances({ tenant: "acme", day: new Date(start).toISOString().slice(0, 10) });
      expect(balances.filter(({ committed, reserved }) => committed !== "0" || reserved !== "0")).toEqual([]);
    });

    test("one from another tenant opens nothing, whatever else is the same", async () => {
      const at = await desk();
      const id = await suspended(at);
      expect(codeOf(await say(at.governor, { ...approver, tenant: "other" }, { id }))).toBe("review_unknown");
      const variation = { bounds: { amount: { at_most: "5000" } }, until: at.time.now + 60_000 };
      await say(at.governor, approver, { id, verdict: "approve", variation });
      const foreign = { ...context, principal: { ...trader, tenant: "other" }, review: id };
      const stolen = await at.governor.act(foreign, { tool: "pay", arguments: { amount: 4_000 } });
      expect(stolen.decision.reasons[0]?.message).toContain("no such review");
      expect(await at.store.readReview({ tenant: "other", id })).toBe(undefined);
      expect(at.paid).toEqual([5_000]);
    });

    test("the requester opens nothing under another role or as an agent; another issuer's subject of that name is another person", async () => {
      const at = await desk();
      const id = await suspended(at);
      expect(codeOf(await say(at.governor, { ...trader, role: "reviewer" }, { id }))).toBe("approver_is_requester");
      expect(codeOf(await say(at.governor, { ...trader, role: "reviewer", agent: "x" }, { id }))).toBe(
        "approver_is_agent",
      );
      const namesake = { ...trader, issuer: "https://other.example", role: "reviewer" };
      expect(codeOf(await say(at.governor, namesake, { id }))).toBe("executed");
    });

    test("counts only while today's policy names the approver's role: otherwise it is asked again, of those it names", async () => {
      const at = await desk();
      const id = await suspended(at);
      at.client.approvers = ["chief"];
      const again = await say(at.governor, approver, { id });
      if (again.kind !== "resolved" || again.outcome.outcome !== "suspended") return expect.fail(again.kind);
      const next = again.outcome.review.id;
      expect(codeOf(await say(at.governor, approver, { id: next }))).toBe("approver_not_permitted");
      expect(codeOf(await say(at.governor, { ...approver, role: "chief" }, { id: next }))).toBe("executed");
      at.client.approvers = [];
      const nobody = await suspended(at, 2_000);
      expect(codeOf(await say(at.governor, approver, { id: nobody }))).toBe("approver_not_permitted");
      expect(at.paid).toEqual([5_000]);
    });

    test("shows the digest of what will run, which is no condition: other data of today leaves it as it was", async () => {
      const at = await desk();
      const id = await suspended(at);
      const seen = await at.store.readReview({ tenant: "acme", id });
      const request = { principal: trader, session: "s-1", tool: "pay", arguments: { amount: 5_000 } };
      expect(seen?.action.digest).toBe(actionDigest(request));
      expect(seen?.record.actionDigest).toBe(actionDigest(request));
      // Figures of today, which the policy reads, are others; the action is the same.
      await at.pay(900);
      at.time.now += 1_000;
      const approved = await say(at.governor, approver, { id });
      if (approved.kind !== "resolved") return expect.fail(approved.code);
      const record = await at.store.readDecision({ tenant: "acme", id: approved.outcome.decision.id });
      expect(record?.actionDigest).toBe(seen?.action.digest);
      expect(record?.input).not.toEqual(seen?.record.input);
      expect(record?.provenance?.approval).toMatchObject({
        reviewId: id,
        decisionId: seen?.record.decision.id,
        by: approver,
        reason: "seen",
      });
    });

    test("while an approved action runs, a repeated request waits for its outcome, and nobody takes it for left over", async () => {
      const gate = Promise.withResolvers<unknown>();
      const started = Promise.withResolvers<void>();
      const execute = () => {
        started.resolve();
        return gate.promise;
      };
      const at = await desk({ execute, reconcile: () => ({ kind: "absent" }) });
      const waiting = await at.pay(5_000, { idempotencyKey: "k" });
      if (waiting.outcome !== "suspended") return expect.fail(waiting.outcome);
      const approving = say(at.governor, approver, { id: waiting.review.id });
      await started.promise;
      const repeated = at.pay(5_000, { idempotencyKey: "k" });
      expect(await at.governor.reconcile({ olderThanMs: 0 })).toEqual({ settled: 0, expired: 0, left: 0 });
      gate.resolve({ paid: 5_000 });
      expect(codeOf(await approving)).toBe("executed");
      expect(await repeated).toMatchObject({ outcome: "executed", result: { paid: 5_000 } });
      expect(at.paid).toEqual([5_000]);
    });

    test("of two approvers at once, on two instances, one counts and the action runs once", async () => {
      const { store, again } = await open();
      const policy = await deskPolicy();
      const desks = [openDesk(store, policy), openDesk(await again(), policy)] as const;
      const id = await suspended(desks[0]);
      const answers = await Promise.all(
        [0, 1].map((index) => say(desks[index === 0 ? 0 : 1].governor, { ...approver, subject: `r-${index}` }, { id })),
      );
      expect(answers.map(codeOf).sort()).toEqual(["executed", "review_closed"]);
      expect([...desks[0].paid, ...desks[1].paid]).toEqual([5_000]);
    });

    test.each([1, 2, 3])(
      "approve, reject, expire and repeat in a storm on two instances: one outcome for all (seed %i)",
      { timeout: 60_000 },
      async (seed) => {
        const random = generator(seed);
        const endings = new Set<string>();
        const { store, again } = await open();
        const stores = [store, await again()] as const;
        const policy = await deskPolicy();
        for (let round = 0; round < 8; round += 1) {
          // Each round in a tenant of its own.
          const tenant = `acme-${round}`;
          const asks = { principal: { ...trader, tenant }, idempotencyKey: "k" };
          const time = { now: start };
          const clock = { now: () => time.now, elapsedNs: () => process.hrtime.bigint() };
          const options = { clock, limits: { reviewMs: 60_000 } };
          const desks = [openDesk(stores[0], policy, options), openDesk(stores[1], policy, options)] as const;
          const first = await desks[0].pay(5_000, asks);
          if (first.outcome !== "suspended") return expect.fail(first.outcome);
          const { id } = first.review;
          // Before, at and after the moment of expiry, and in some rounds in the middle of the storm.
          time.now += round % 4 === 0 ? 60_000 : 59_999;
          const pick = () => desks[random() < 0.5 ? 0 : 1];
          const later = () => new Promise((resolve) => setTimeout(resolve, random() * 8));
          const speak = async (verdict: string) => {
            await later();
            return codeOf(
              await say(pick().governor, { ...approver, tenant, subject: `r-${random()}` }, { id, verdict }),
            );
          };
          const words = ["approve", "reject", "approve", "reject", "approve"].map(speak);
          const expiries = [0, 1].map(async () => {
            await later();
            if (round % 2 === 0) time.now = start + 60_000;
            return (await pick().governor.reconcile()).expired;
          });
          const repeats = [0, 1, 2, 3].map(async () => {
            await later();
            return await pick().pay(5_000, asks);
          });
          const said = await Promise.all(words);
          const expired = (await Promise.all(expiries)).reduce((sum, count) => sum + count, 0);
          await Promise.all(repeats);

          const state = (await store.readReview({ tenant, id }))?.state ?? "pending";
          endings.add(state);
          const paid = [...desks[0].paid, ...desks[1].paid];
          const expected = {
            approved: { executed: 1, refused: 0, paid: [5_000] },
            rejected: { executed: 0, refused: 1, paid: [] },
            expired: { executed: 0, refused: 0, paid: [] },
            pending: undefined,
          }[state];
          const count = (outcome: string) => said.filter((each) => each === outcome).length;
          expect({ executed: count("executed"), refused: count("refused"), paid }).toEqual(expected);
          expect(expired).toBeLessThanOrEqual(state === "expired" ? 1 : 0);
          // Whoever asks now, anywhere, is told the same; and the log has two decisions on this action, not three.
          const answers = await Promise.all([0, 1].map((index) => desks[index === 0 ? 0 : 1].pay(5_000, asks)));
          expect(new Set(answers.map(({ outcome, decision }) => `${outcome} ${decision.id}`)).size).toBe(1);
          expect(answers[0]?.outcome).toBe(state === "approved" ? "executed" : "refused");
          const { records } = await store.listDecisions({ tenant, limit: 99 });
          expect(records.filter(({ actionId }) => actionId === records.at(-1)?.actionId)).toHaveLength(2);
          const day = new Date(time.now).toISOString().slice(0, 10);
          const figures = (await store.listBalances({ tenant, day })).map(
            ({ committed, reserved }) => `${committed} ${reserved}`,
          );
          expect(new Set(figures)).toEqual(new Set([state === "approved" ? "5000 0" : "0 0"]));
        }
        expect(endings).toContain("expired");
      },
    );
  });
}

/** A linear congruential generator, 0 to 1: the same storm for the same seed, as far as the machine lets it. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}
