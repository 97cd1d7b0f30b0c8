// The wall clock of a machine is set by others and may go back or jump. Deadlines and durations come from a clock that does
// not; what hangs on the wall clock (days, expiries) is decided by what it says at the moment, and recorded.

import { type Clock, type Governor, systemClock } from "@flyball/governor";
import { describe, expect, test } from "vitest";
import { approver, deskPolicy, openDesk, trader } from "../support/desk.ts";
import { temporaryStore } from "../support/test-governor.ts";

const policy = await deskPolicy();
const noon = Date.parse("2026-11-23T12:00:00Z");
const hour = 3_600_000;

function deskAt(start: number, options: Parameters<typeof openDesk>[2] = {}) {
  const time = { now: start };
  const clock: Clock = { now: () => time.now, elapsedNs: systemClock.elapsedNs };
  const { store } = temporaryStore();
  return { ...openDesk(store, policy, { clock, ...options }), store, time };
}

const approve = (governor: Governor, id: string) =>
  governor.resolveReview({ principal: approver }, { id, verdict: "approve", reason: "seen" });

async function suspended(desk: ReturnType<typeof deskAt>): Promise<string> {
  const outcome = await desk.pay(5_000, { idempotencyKey: "r" });
  if (outcome.outcome !== "suspended") throw new Error(outcome.outcome);
  return outcome.review.id;
}

describe("a clock that goes back", () => {
  test("makes no duration negative and no deadline longer, and the log keeps the order of events", async () => {
    const desk = deskAt(noon);
    const first = await desk.pay(1);
    desk.time.now -= 5 * hour;
    const second = await desk.pay(2);
    const { records } = await desk.store.listDecisions({ tenant: "acme", limit: 9 });
    expect(records.map(({ decision }) => decision.id)).toEqual([second.decision.id, first.decision.id]);
    expect(records.map(({ decision }) => decision.decidedAt)).toEqual([
      "2026-11-23T07:00:00.000Z",
      "2026-11-23T12:00:00.000Z",
    ]);
    for (const { durationNs } of records) expect(durationNs).toBeGreaterThan(0n);
  });

  test("opens no review that has expired, and leaves one that waits as it is", async () => {
    const desk = deskAt(noon, { limits: { reviewMs: hour } });
    const id = await suspended(desk);
    desk.time.now += hour;
    expect(await desk.governor.reconcile()).toMatchObject({ expired: 1 });
    desk.time.now -= 2 * hour;
    expect(await approve(desk.governor, id)).toMatchObject({ kind: "refused", code: "review_expired" });

    const other = deskAt(noon, { limits: { reviewMs: hour } });
    const waiting = await suspended(other);
    other.time.now -= 5 * hour;
    expect(await approve(other.governor, waiting)).toMatchObject({ kind: "resolved" });
    expect(await approve(other.governor, waiting)).toMatchObject({ code: "review_closed" });
    expect(other.paid).toEqual([5_000]);
  });

  test("gives nothing back: a reservation is settled on the day on which it was made", async () => {
    const midnight = Date.parse("2026-11-24T00:00:00Z");
    const desk = deskAt(midnight + 1, {
      execute: () => {
        desk.time.now = midnight - 1;
        return 1;
      },
    });
    expect((await desk.pay(700)).outcome).toBe("executed");
    const figures = async (day: string) =>
      (await desk.store.listBalances({ tenant: "acme", day }))
        .filter(({ dimension }) => dimension === "trader")
        .map(({ committed, reserved }) => [committed, reserved]);
    expect(await figures("2026-11-24")).toEqual([["700", "0"]]);
    expect(await figures("2026-11-23")).toEqual([]);
    // The day that the clock says now is another account; what it holds is what that day has moved.
    await desk.pay(800);
    expect(await figures("2026-11-23")).toEqual([["800", "0"]]);
  });

  test("never makes an action look left over that is not: it is looked at when the clock has caught up", async () => {
    const desk = deskAt(noon, {
      execute: () => {
        throw new Error("?");
      },
      reconcile: () => ({ kind: "absent" }),
    });
    await desk.pay(100);
    desk.time.now -= hour;
    expect(await desk.governor.reconcile({ olderThanMs: 0 })).toEqual({ settled: 0, expired: 0, left: 0 });
    desk.time.now += hour;
    expect(await desk.governor.reconcile({ olderThanMs: 0 })).toEqual({ settled: 1, expired: 0, left: 0 });
  });

  test("changes no answer that a key has already", async () => {
    const desk = deskAt(noon);
    const first = await desk.pay(100, { idempotencyKey: "k" });
    desk.time.now -= 48 * hour;
    expect(await desk.pay(100, { idempotencyKey: "k" })).toEqual(first);
    expect(desk.paid).toEqual([100]);
  });
});

test("a clock that jumps ahead expires what waits, and the ledger begins the day that it says", async () => {
  const desk = deskAt(noon);
  const id = await suspended(desk);
  await desk.pay(999);
  desk.time.now += 25 * hour;
  expect(await approve(desk.governor, id)).toMatchObject({ code: "review_expired" });
  expect((await desk.pay(5_000, { idempotencyKey: "r" })).decision.reasons[0]?.code).toBe("review_expired");
  const record = await desk.store.readDecision({ tenant: "acme", id: (await desk.pay(1)).decision.id });
  expect(record?.provenance?.ledger).toEqual([
    { dimension: "trader", name: expect.any(String), day: "2026-11-24", committed: "0", reserved: "0", version: 0 },
    { dimension: "client", name: "c-1", day: "2026-11-24", committed: "0", reserved: "0", version: 0 },
  ]);
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, 9e15])(
  "a clock that says %s tells no time: nothing is executed",
  async (now) => {
    const desk = deskAt(noon);
    desk.time.now = now;
    await expect(desk.pay(1)).rejects.toThrow(RangeError);
    expect(desk.paid).toEqual([]);
    expect(await desk.store.listActions({ tenant: trader.tenant, tool: "pay", states: ["executing"] })).toEqual([]);
  },
);
