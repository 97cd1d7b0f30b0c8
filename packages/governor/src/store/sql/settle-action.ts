import { canonicalJson } from "../../action/canonical-json.ts";
import type { PlainValue } from "../../action/plain-value.ts";
import type { CommitResult, SettleAction } from "../store.ts";
import { insertDecision } from "./commit-decision.ts";
import { committed, conflict } from "./commit-results.ts";
import { addToAccount } from "./ledger-accounts.ts";
import { type Program, run } from "./program.ts";
import { integer, text } from "./rows.ts";

/** The outcome of a tool and what it means for the ledger, in one commit. */
export function* settleAction(command: SettleAction): Program<CommitResult> {
  const { tenant, issuer, subject } = command.principal;
  const [action] = yield* run("readAction", { tenant, id: command.actionId });
  if (action === undefined || text(action, "issuer") !== issuer || text(action, "subject") !== subject) return conflict;
  if (integer(action, "version") !== command.expectedVersion) return conflict;
  if (text(action, "state") !== "executing" && text(action, "state") !== "unknown") return conflict;
  if (command.record !== undefined) yield* insertDecision(command.record);
  yield* run("moveAction", {
    tenant,
    issuer,
    subject,
    id: command.actionId,
    state: command.state,
    decisionId: null,
    result: optionalJson(command.result),
    error: optionalJson(command.error as PlainValue | undefined),
    at: command.at,
  });
  if (command.state !== "unknown") yield* settleReservations(command);
  return committed;
}

function* settleReservations({ principal, actionId, state, filled }: SettleAction): Program<void> {
  const { tenant, issuer, subject } = principal;
  const entries = yield* run("readReservations", { tenant, issuer, subject, actionId });
  for (const entry of entries) {
    const account = { dimension: text(entry, "dimension"), name: text(entry, "name"), day: text(entry, "day") };
    const released = text(entry, "amount");
    const moved = state === "executed" ? (filled ?? released) : "0";
    yield* addToAccount({ tenant, account, released, committed: moved });
  }
  if (entries.length === 0) return;
  const closed = state === "executed" ? "committed" : "released";
  yield* run("closeEntries", { tenant, issuer, subject, actionId, state: closed, filled: filled ?? null });
}

function optionalJson(value: PlainValue | undefined): string | null {
  return value === undefined ? null : canonicalJson(value);
}
