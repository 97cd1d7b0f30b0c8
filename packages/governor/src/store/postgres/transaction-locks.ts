import type { QueryConfig } from "pg";
import type { WriteScope } from "../sql/store-of-programs.ts";

/** "FBLY" in ASCII: the first number of every lock of ours. */
const lockClass = 0x46424c59;
/** The second number; a tenant's is its hash, which is not negative. */
const migrationLock = -1;
const everybodyLock = -2;

/**
 * The first statement of a transaction that writes; its row holds the transaction's `id`. Writers of one tenant come one after
 * another, those of different tenants run side by side, and one that concerns everybody waits for all of them and they for
 * it. Locks of this kind are given in the order in which they were asked for, so no instance can be kept waiting by another one
 * that is always faster, and a halt of everything is not kept waiting by readers of the halts; they end with the transaction.
 */
export function lockScope(scope: WriteScope): QueryConfig {
  switch (scope.kind) {
    case "tenant":
      return {
        name: "lockTenant",
        text: `SELECT pg_current_xact_id()::text AS id, pg_advisory_xact_lock_shared(${lockClass}, ${everybodyLock}),
          pg_advisory_xact_lock(${lockClass}, hashtext($1) & 2147483647)`,
        values: [scope.tenant],
      };
    case "everybody":
      return {
        name: "lockEverybody",
        text: `SELECT pg_current_xact_id()::text AS id, pg_advisory_xact_lock(${lockClass}, ${everybodyLock})`,
      };
    case "nobody":
      return { name: "lockNobody", text: "SELECT pg_current_xact_id()::text AS id" };
  }
}

export const lockMigrations: string = `SELECT pg_advisory_xact_lock(${lockClass}, ${migrationLock})`;
