// Bugs to prove that the campaign finds bugs. They exist here alone, as wrappers around the store of the chaos service,
// chosen by FLYBALL_CHAOS_BUG in its environment; the product knows none of this.

import { DatabaseSync } from "node:sqlite";
import type { CommitDecision, SettleAction, Store } from "@flyball/governor";

export type PlantedBug = "late_intent" | "double_resume" | "lost_release";

export const plantedBugs: readonly PlantedBug[] = ["late_intent", "double_resume", "lost_release"];

/** How long after "committed" a late intent reaches the disk, milliseconds. */
const lateness = 25;

/** `file` is the store's. */
export function plantBug(store: Store, bug: string | undefined, file: string): Store {
  switch (bug) {
    case undefined:
    case "":
      return store;
    case "late_intent":
      return lateIntent(store);
    case "double_resume":
      return doubleResume(store);
    case "lost_release":
      return lostRelease(store, file);
    default:
      throw new TypeError(`there is no planted bug "${bug}"`);
  }
}

/** As a skipped fsync: "committed" is said before the decision is on disk. All arrive but those that a kill meets. */
function lateIntent(store: Store): Store {
  const writing = new Set<Promise<unknown>>();
  return {
    ...store,
    commitDecision: (command: CommitDecision) => {
      const late = withoutExpectations(command);
      const written = new Promise((resolve) => setTimeout(resolve, lateness)).then(() => store.commitDecision(late));
      writing.add(written);
      void written.finally(() => writing.delete(written)).catch(() => {});
      return Promise.resolve({ kind: "committed" });
    },
    settleAction: async (command: SettleAction) => {
      await Promise.allSettled(writing);
      return await store.settleAction(command);
    },
  };
}

/** So that nothing but a kill keeps it from the disk. */
function withoutExpectations(command: CommitDecision): CommitDecision {
  const kept = Object.entries(command).filter(([name]) => name !== "expected");
  return Object.fromEntries(kept) as unknown as CommitDecision;
}

/** A review that somebody else has closed meanwhile is resumed all the same. */
function doubleResume(store: Store): Store {
  return {
    ...store,
    commitDecision: async (command: CommitDecision) => {
      const result = await store.commitDecision(command);
      return "resume" in command && command.resume !== undefined ? { kind: "committed" } : result;
    },
  };
}

/** What a failed action had reserved stays reserved. */
function lostRelease(store: Store, file: string): Store {
  return {
    ...store,
    settleAction: async (command: SettleAction) => {
      const result = await store.settleAction(command);
      if (command.state === "failed" && result.kind === "committed") reserveAgain(file, command.actionId);
      return result;
    },
  };
}

function reserveAgain(file: string, actionId: string): void {
  const db = new DatabaseSync(file, { timeout: 5_000 });
  try {
    db.prepare("UPDATE ledger_entries SET state = 'reserved' WHERE action_id = ?").run(actionId);
    db.prepare(
      `UPDATE ledger_accounts SET reserved = CAST(CAST(reserved AS INTEGER) + e.amount AS TEXT)
       FROM (SELECT tenant, dimension, name, day, CAST(amount AS INTEGER) AS amount FROM ledger_entries WHERE action_id = ?) AS e
       WHERE ledger_accounts.tenant = e.tenant AND ledger_accounts.dimension = e.dimension
         AND ledger_accounts.name = e.name AND ledger_accounts.day = e.day`,
    ).run(actionId);
  } finally {
    db.close();
  }
}
