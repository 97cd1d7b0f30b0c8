// What a dead process, a late tool or a lost answer left behind. In: the store. Out: actions whose outcome the system that
// acts has told by their key, and reviews whose time was over. What nobody knows stays `unknown` and keeps its reservation.

import type { Principal } from "../action/principal.ts";
import type { SettleAction, StoredAction } from "../store/store.ts";
import type { Reconciled, RegisteredTool } from "../tool/tool-definition.ts";
import type { ActDependencies } from "./act.ts";
import { startDeadline } from "./deadline.ts";
import { expireReview } from "./expire-review.ts";
import { executedCommand } from "./run-action.ts";

export interface ReconcileReport {
  readonly settled: number;
  readonly expired: number;
  /** Actions of which still nothing is known. */
  readonly left: number;
}

const pageSize = 500;

export async function reconcile(dependencies: ActDependencies, olderThanMs: number): Promise<ReconcileReport> {
  const { store, clock, running } = dependencies;
  // One millisecond on, so that 0 means everything.
  const changedBefore = clock.now() - olderThanMs + 1;
  const found = await store.listUnsettled({ changedBefore, limit: pageSize });
  let settled = 0;
  let left = 0;
  for (const action of found) {
    if (running.has(action.id)) continue;
    if (await settleByKey(dependencies, action)) settled += 1;
    else left += 1;
  }
  let expired = 0;
  for (const { action } of await store.listExpiredReviews({ now: clock.now(), limit: pageSize })) {
    if (await expireReview(dependencies, action)) expired += 1;
  }
  return { settled, expired, left };
}

async function settleByKey(dependencies: ActDependencies, action: StoredAction): Promise<boolean> {
  const { store, clock, tools } = dependencies;
  const tool = tools.get(action.tool);
  const answer = tool === undefined ? undefined : await ask(dependencies, tool, action);
  if (tool === undefined || answer === undefined || answer.kind === "unknown") return false;
  const { principal, id: actionId, version: expectedVersion } = action;
  const base = { principal, actionId, expectedVersion, at: clock.now() };
  const command: SettleAction =
    answer.kind === "executed"
      ? { ...base, ...executedCommand(tool, action.arguments, answer.result) }
      : {
          ...base,
          state: "failed",
          error: { code: "tool_failed", message: "The tool never took effect, and will not under this key." },
        };
  return (await store.settleAction(command)).kind === "committed";
}

async function ask(
  { limits }: ActDependencies,
  tool: RegisteredTool,
  action: StoredAction,
): Promise<Reconciled<unknown> | undefined> {
  if (tool.readOnly) return { kind: "absent" };
  if (tool.reconcile === undefined) return undefined;
  const deadline = startDeadline(limits.deadlineMs);
  try {
    const { principal, session, id: idempotencyKey } = action;
    const options = { idempotencyKey, signal: deadline.signal, principal, session };
    const answer = await deadline.race(Promise.resolve(tool.reconcile(action.arguments, options)));
    if (answer === "late") return undefined;
    return answer.kind === "executed" || answer.kind === "absent" ? answer : undefined;
  } catch {
    return undefined;
  } finally {
    deadline.end();
  }
}

export interface SettleByHand {
  readonly actionId: string;
  readonly state: "executed" | "failed";
  /** 1 to 2,000 characters: what the person found out, and where. */
  readonly reason: string;
}

/** A person states what became of an action whose outcome is unknown. False where it is not unknown, or not there. */
export async function settleByHand(
  { store, clock }: Pick<ActDependencies, "store" | "clock">,
  by: Principal,
  { actionId, state, reason }: SettleByHand,
): Promise<boolean> {
  const action = await store.readAction({ tenant: by.tenant, id: actionId });
  if (action === undefined || action.state !== "unknown") return false;
  const { issuer, subject } = action.principal;
  if (issuer === by.issuer && subject === by.subject) return false;
  const told = `${by.issuer} ${by.subject} states: ${reason}`.slice(0, 2_000).toWellFormed();
  const { principal, version: expectedVersion } = action;
  const base = { principal, actionId, expectedVersion, at: clock.now() };
  const result = await store.settleAction(
    state === "executed"
      ? { ...base, state, result: { settled_by_hand: told } }
      : { ...base, state, error: { code: "tool_failed", message: told } },
  );
  return result.kind === "committed";
}
