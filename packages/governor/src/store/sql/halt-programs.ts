import { canonicalJson } from "../../action/canonical-json.ts";
import type { Halt, HaltEvent, HaltScope } from "../../halt/halt.ts";
import { haltScopeText } from "../../halt/halt.ts";
import type { Basis, BasisQuery, CommitResult, PutHalt } from "../store.ts";
import { committed, conflict } from "./commit-results.ts";
import { readBalance } from "./ledger-accounts.ts";
import { type Program, type Row, run, type SqlParameters } from "./program.ts";
import { byFromRow, integer, json, text } from "./rows.ts";

/** Rows of the store and of the tenant: either grows, never falls, so their sum is the same only where both are. */
export function haltVersionOf(rows: readonly Row[]): number {
  return rows.reduce((total, row) => total + integer(row, "version"), 0);
}

export function* readBasis({ tenant, accounts }: BasisQuery): Program<Basis> {
  const haltVersion = haltVersionOf(yield* run("readHaltVersions", { tenant }));
  // The version is read first: a halt that comes in between makes the commit a conflict, whatever is read here.
  const halts = (yield* run("readHalts", { tenant })).map(haltFromRow);
  const balances = [];
  for (const account of accounts) balances.push(yield* readBalance(tenant, account));
  return { haltVersion, halts, balances };
}

export function* putHalt(command: PutHalt): Program<void> {
  const { tenant, scope, ...event } = columnsOf(command);
  yield* run("countHalt", { tenant });
  yield* run("writeHalt", { tenant, scope, ...event });
  yield* run("insertHaltEvent", { tenant, event: "put", ...event });
}

export function* liftHalt(command: PutHalt): Program<CommitResult> {
  const { tenant, scope, ...event } = columnsOf(command);
  if ((yield* run("readHalt", { tenant, scope })).length === 0) return conflict;
  yield* run("countHalt", { tenant });
  yield* run("deleteHalt", { tenant, scope });
  yield* run("insertHaltEvent", { tenant, event: "lifted", ...event });
  return committed;
}

export function* listHalts(
  tenant: string,
): Program<{ readonly halts: readonly Halt[]; readonly events: readonly HaltEvent[] }> {
  const halts = (yield* run("readHalts", { tenant })).map(haltFromRow);
  const events = (yield* run("listHaltEvents", { tenant })).map((row) =>
    Object.freeze({ ...haltFromRow(row), event: text(row, "event") as HaltEvent["event"] }),
  );
  return { halts, events };
}

/** The tenant whose writers a halt must wait for: the empty one, which nobody has, for a halt of everything. */
export function haltTenant({ scope, by }: Pick<PutHalt, "scope" | "by">): string {
  return scope.kind === "everything" ? "" : by.tenant;
}

function columnsOf(command: PutHalt): SqlParameters & { readonly tenant: string; readonly scope: string } {
  const { scope, by, reason, at } = command;
  return {
    tenant: haltTenant(command),
    scope: haltScopeText(scope),
    scopeJson: canonicalJson(scope),
    byTenant: by.tenant,
    byIssuer: by.issuer,
    bySubject: by.subject,
    byRole: by.role,
    reason,
    at,
  };
}

function haltFromRow(row: Row): Halt {
  return Object.freeze({
    scope: json(row, "scope_json") as unknown as HaltScope,
    reason: text(row, "reason"),
    by: byFromRow(row),
    at: integer(row, "at"),
  });
}
