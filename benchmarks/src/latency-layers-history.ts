// How a governed call grows with what was ordered before: with all orders ever, and with those that its policy is told of. In: a
// store. Out: the median of one call after another for each size, and of its look for orders in flight alone.

import { randomUUID } from "node:crypto";
import { performance } from "node:perf_hooks";
import type { Policy } from "@flyball/engine";
import { closeDecision, type Store } from "@flyball/governor";
import type { NamedStore } from "./latency-layers-stores.ts";
import { openDesk, trader } from "./latency-layers-tool.ts";

export interface HistoryFigure {
  readonly store: string;
  /** Orders of the client an hour ago. */
  readonly old: number;
  /** Its orders of the last 15 s. */
  readonly recent: number;
  readonly callMs: number;
  readonly inFlightMs: number;
}

const sizes = [
  { old: 0, recent: 0 },
  { old: 10_000, recent: 0 },
  { old: 10_000, recent: 10 },
  { old: 10_000, recent: 100 },
  { old: 10_000, recent: 500 },
] as const;

const busy = "c-busy";
const calls = 40;

export async function measureHistory(policy: Policy, named: NamedStore): Promise<readonly HistoryFigure[]> {
  const { store, close } = await named.open();
  const figures: HistoryFigure[] = [];
  const stored = { old: 0, recent: 0 };
  for (const { old, recent } of sizes) {
    await addOrders(store, old - stored.old, Date.now() - 3_600_000);
    stored.old = old;
    const { governor, placeOrder } = openDesk(policy, store, { recentOf: busy });
    // New ones each time: those of the size before may be too old by now.
    await addOrders(store, recent, Date.now());
    const states = ["executing", "unknown"] as const;
    const inFlight = { tenant: trader.tenant, tool: "place_order", client: busy, states };
    const callMs = await medianOf(async (index) => {
      const { outcome } = await placeOrder({ principal: trader, session: "s-1" }, { amount: 1 + index / 100 });
      if (outcome !== "executed") throw new Error(`a call was ${outcome}`);
    });
    const inFlightMs = await medianOf(async () => void (await store.listActions(inFlight)));
    figures.push({ store: named.name, old, recent, callMs, inFlightMs });
    await governor.drain();
  }
  await close();
  return figures;
}

async function medianOf(call: (index: number) => Promise<void>): Promise<number> {
  const samples: number[] = [];
  for (let index = 0; index < calls; index += 1) {
    const start = performance.now();
    await call(index);
    samples.push(performance.now() - start);
  }
  return samples.toSorted((a, b) => a - b)[calls >> 1] ?? Number.NaN;
}

/** Executed orders, stored as the governor stores them. */
async function addOrders(store: Store, count: number, at: number): Promise<void> {
  for (let done = 0; done < count; done += 500) {
    const orders = Array.from({ length: Math.min(500, count - done) }, (_, index) => ({
      id: randomUUID(),
      // No amount of these is asked for again.
      arguments: { client: busy, symbol: "AAPL", side: "BUY", currency: "USD", amount: 100_000 + done + index },
    }));
    await Promise.all(
      orders.map((order) =>
        store.commitDecision({
          record: {
            kind: "action",
            decision: closeDecision(
              { kind: "value", value: "ALLOW" },
              { id: randomUUID(), policyDigest: null, entrypoint: null, decidedAt: new Date(at).toISOString() },
            ),
            principal: trader,
            session: "s-0",
            tool: "place_order",
            actionDigest: `sha256:${order.id}`,
            actionId: order.id,
            input: null,
            durationNs: 0n,
            governorVersion: "benchmark",
            provenance: null,
          },
          action: { ...order, client: busy, state: "executing" },
        }),
      ),
    );
    await Promise.all(
      orders.map(({ id }) =>
        store.settleAction({ principal: trader, actionId: id, expectedVersion: 1, state: "executed", at }),
      ),
    );
  }
}
