import { canonicalJson } from "../../action/canonical-json.ts";
import type { Halt, HaltEvent, HaltScope } from "../../halt/halt.ts";
import { haltScopeText } from "../../halt/halt.ts";
import type { Basis, BasisQuery, CommitResult, PutHalt } from "../store.ts";
import { committed, conflict } from "./commit-results.ts";
import { balanceOf, readAccount } from "./ledger-accounts.ts";
import { type Program, type Row, run, runTogether, type SqlParameters } from "./program.ts";
import { byFromRow, integer, json, text } from "./rows.ts";

/** Rows of the store and of the tenant: either grows, never falls, so their sum is the same only where both are. */
export function haltVersionOf(rows: readonly Row[]): number {
  return rows.reduce((total, row) => total + integer(row, "version"), 0);
}

export function* readBasis({ tenant, accounts }: BasisQuery): Program<Basis> {
  const [versions = [], halts = [], ...rows] = yield* runTogether([
    { statement: "readHaltVersions", parameters: { tenant } },
    { statement: "readHalts", parameters: { tenant } },
    ...accounts.map((account) => readAccount(tenant, account)),
  ]);
  return {
    haltVersion: haltVersionOf(versions),
    halts: halts.map(haltFromRow),
    balances: accounts.map((account, index) => balanceOf(account, rows[index]?.[0])),
  };
}

export function* putHalt(command: PutHalt): Program<void> {
  const { tenant, scope, ...event } = columnsOf(command);
  yield* runTogether([
    { statement: "countHalt", parameters: { tenant } },
    { statement: "writeHalt", parameters: { tenant, scope, ...event } },
    { statement: "insertHaltEvent", parameters: { tenant, event: "put", ...event } },
  ]);
}

export function* liftHalt(command: PutHalt): Program<CommitResult> {
  const { tenant, scope, ...event } = columnsOf(command);
  if ((yield* run("readHalt", { tenant, scope })).length === 0) return conflict;
  yield* runTogether([
    { statement: "countHalt", parameters: { tenant } },
    { statement: "deleteHalt", parameters: { tenant, scope } },
    { statement: "insertHaltEvent", parameters: { tenant, event: "lifted", ...event } },
  ]);
  return committed;
}

export function* listHalts(
  tenant: string,
): Program<{ readonly halts: readonly Halt[]; readonly events: readonly HaltEvent[] }> {
  const [halts = [], events = []] = yield* runTogether([
    { statement: "readHalts", parameters: { tenant } },
    { statement: "listHaltEvents", parameters: { tenant } },
  ]);
  return {
    halts: halts.map(haltFromRow),
    events: events.map((row) =>
      Object.freeze({ ...haltFromRow(row), event: text(row, "event") as HaltEvent["event"] }),
    ),
  };
}

/** The tenant under which the halt is kept: the empty one, which nobody has, for a halt of everything. */
function haltTenant({ scope, by }: Pick<PutHalt, "scope" | "by">): string {
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
