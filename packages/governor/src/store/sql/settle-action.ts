import { canonicalJson } from "../../action/canonical-json.ts";
import type { PlainValue } from "../../action/plain-value.ts";
import type { CommitResult, SettleAction } from "../store.ts";
import { insertDecision } from "./commit-decision.ts";
import { committed, conflict } from "./commit-results.ts";
import { balanceOf, writeAccount } from "./ledger-accounts.ts";
import { type Program, type Row, runTogether, type SqlCall } from "./program.ts";
import { integer, text } from "./rows.ts";

/** The outcome of a tool and what it means for the ledger, in one commit. */
export function* settleAction(command: SettleAction): Program<CommitResult> {
  const { tenant, issuer, subject } = command.principal;
  const { actionId } = command;
  const [[action] = [], entries = []] = yield* runTogether([
    { statement: "readActionState", parameters: { tenant, id: actionId } },
    { statement: "readReservations", parameters: { tenant, issuer, subject, actionId } },
  ]);
  if (action === undefined || text(action, "issuer") !== issuer || text(action, "subject") !== subject) return conflict;
  if (integer(action, "version") !== command.expectedVersion) return conflict;
  if (text(action, "state") !== "executing" && text(action, "state") !== "unknown") return conflict;
  const moveAction: SqlCall = {
    statement: "moveAction",
    parameters: {
      tenant,
      issuer,
      subject,
      id: actionId,
      state: command.state,
      decisionId: null,
      result: optionalJson(command.result),
      error: optionalJson(command.error as PlainValue | undefined),
      at: command.at,
    },
  };
  yield* runTogether([
    ...(command.record === undefined ? [] : [insertDecision(command.record)]),
    moveAction,
    ...(command.state === "unknown" ? [] : ledgerWrites(command, entries)),
  ]);
  return committed;
}

/** Each entry comes with its account as it stands. */
function ledgerWrites(command: SettleAction, entries: readonly Row[]): readonly SqlCall[] {
  if (entries.length === 0) return [];
  const { tenant, issuer, subject } = command.principal;
  const { actionId, state, filled } = command;
  const accounts = entries.map((entry) => {
    const account = { dimension: text(entry, "dimension"), name: text(entry, "name"), day: text(entry, "day") };
    const released = text(entry, "amount");
    const moved = state === "executed" ? (filled ?? released) : "0";
    return writeAccount(tenant, balanceOf(account, entry), { released, committed: moved });
  });
  const closed = state === "executed" ? "committed" : "released";
  const parameters = { tenant, issuer, subject, actionId, state: closed, filled: filled ?? null };
  return [...accounts, { statement: "closeEntries", parameters }];
}

function optionalJson(value: PlainValue | undefined): string | null {
  return value === undefined ? null : canonicalJson(value);
}
