// What a governor does while its disk is full. The argument is an empty folder on a file system of its own, which this process
// fills and frees. Says what happened as one line of JSON.

import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import path from "node:path";
import { openSqliteStore } from "@flyball/governor/sqlite";
import { approver, deskPolicy, openDesk } from "./desk.ts";

const [folder = ""] = process.argv.slice(2);
const ballast = path.join(folder, "ballast");

/** To the last byte: how far a chunk of the last attempt reached is where the disk ends. */
function fillDisk(): string {
  const file = openSync(ballast, "a");
  try {
    for (let size = 65_536; size >= 1; size = Math.floor(size / 2)) {
      try {
        for (;;) writeSync(file, new Uint8Array(size));
      } catch (error) {
        if (size === 1) return (error as NodeJS.ErrnoException).code ?? "";
      }
    }
    return "";
  } finally {
    closeSync(file);
  }
}

const store = openSqliteStore({ path: path.join(folder, "store.sqlite") });
let fillWhileExecuting = false;
const desk = openDesk(store, await deskPolicy(), {
  limits: { settleMs: 50 },
  execute: (amount) => {
    if (fillWhileExecuting) fillDisk();
    return { paid: amount };
  },
  reconcile: () => ({ kind: "executed", result: { paid: 7 } }),
});

const before = await desk.pay(1, { idempotencyKey: "before" });
const reason = fillDisk();
const refused = await desk.pay(2, { idempotencyKey: "refused" });
const storeError = await store.probe().then(
  () => "none",
  (error: unknown) => (error as { readonly code?: string }).code,
);
const full = {
  reason,
  storeError,
  refused: [refused.outcome, refused.recorded, refused.decision.reasons[0]?.code],
  ready: await desk.governor.readiness(),
  // What is on disk can still be read, and a finished action still answers.
  again: (await desk.pay(1, { idempotencyKey: "before" })).decision.id === before.decision.id,
  paid: [...desk.paid],
};
rmSync(ballast);
const freed = {
  ready: await desk.governor.readiness(),
  sameKey: (await desk.pay(2, { idempotencyKey: "refused" })).outcome,
  paid: [...desk.paid],
};
fillWhileExecuting = true;
const unknown = await desk.pay(7, { idempotencyKey: "unknown" });
fillWhileExecuting = false;
rmSync(ballast);
const principal = approver;
const day = new Date().toISOString().slice(0, 10);
const reserved = (await store.listBalances({ tenant: principal.tenant, day })).map((balance) => balance.reserved);
const report = await desk.governor.reconcile({ olderThanMs: 0 });
const settled = {
  unknown: [unknown.outcome, unknown.recorded],
  reserved,
  report,
  again: (await desk.pay(7, { idempotencyKey: "unknown" })).outcome,
  paid: [...desk.paid],
};
await desk.governor.drain();
await store.close();
process.stdout.write(JSON.stringify({ full, freed, settled }));
