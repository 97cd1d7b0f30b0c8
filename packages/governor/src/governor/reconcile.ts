// What a dead process, a late tool or a lost answer left behind. In: the store. Out: actions whose outcome the system that
// acts has told by their key, and reviews whose time was over. What nobody knows is `unknown` and keeps its reservation,
// for a person to settle. One row that cannot be read or settled never stands in the way of the others.

import type { PendingReview, SettleAction, StoredAction, UnsettledAction } from "../store/store.ts";
import { StoreError } from "../store/store-error.ts";
import type { Reconciled, RegisteredTool } from "../tool/tool-definition.ts";
import type { ActDependencies } from "./act.ts";
import { startDeadline } from "./deadline.ts";
import { expireReview } from "./expire-review.ts";
import { isIntact } from "./intact-action.ts";
import { executedCommand } from "./run-action.ts";

export interface ReconcileReport {
  readonly settled: number;
  readonly expired: number;
  /** Actions of which still nothing is known, and rows that cannot be read. */
  readonly left: number;
}

const pageSize = 500;

export async function reconcile(dependencies: ActDependencies, olderThanMs: number): Promise<ReconcileReport> {
  // Reviews first: they need nobody's answer, and a system that does not answer must not keep them open.
  const closed = await closeExpired(dependencies);
  return { expired: closed, ...(await settleUnsettled(dependencies, olderThanMs)) };
}

async function closeExpired(dependencies: ActDependencies): Promise<number> {
  const { store, clock } = dependencies;
  const now = clock.now();
  let count = 0;
  let after: PendingReview | undefined;
  do {
    const page = await store.listExpiredReviews({ now, limit: pageSize, ...(after && { after }) });
    for (const review of page) {
      if (await expired(dependencies, review)) count += 1;
    }
    after = page.length < pageSize ? undefined : page.at(-1);
  } while (after !== undefined);
  return count;
}

async function settleUnsettled(
  dependencies: ActDependencies,
  olderThanMs: number,
): Promise<Omit<ReconcileReport, "expired">> {
  const { store, clock, running } = dependencies;
  // One millisecond on, so that 0 means everything.
  const changedBefore = clock.now() - olderThanMs + 1;
  const report = { settled: 0, left: 0 };
  let after: UnsettledAction | undefined;
  do {
    const page = await store.listUnsettled({ changedBefore, limit: pageSize, ...(after && { after }) });
    for (const found of page) {
      if (running.has(found.id)) continue;
      if (await settled(dependencies, found)) report.settled += 1;
      else report.left += 1;
    }
    after = page.length < pageSize ? undefined : page.at(-1);
  } while (after !== undefined);
  return report;
}

async function settled(dependencies: ActDependencies, { tenant, id }: UnsettledAction): Promise<boolean> {
  return await unlessDamaged(async () => {
    const action = await dependencies.store.readAction({ tenant, id });
    return action !== undefined && isIntact(action) && (await settleByKey(dependencies, action));
  });
}

async function expired(dependencies: ActDependencies, { tenant, id }: PendingReview): Promise<boolean> {
  return await unlessDamaged(async () => {
    const review = await dependencies.store.readReview({ tenant, id });
    return review !== undefined && (await expireReview(dependencies, review.action));
  });
}

/** A store that is away ends the run; a row that is damaged ends only what was to be done with it. */
async function unlessDamaged(work: () => Promise<boolean>): Promise<boolean> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StoreError && error.code === "corrupt") return false;
    throw error;
  }
}

async function settleByKey(dependencies: ActDependencies, action: StoredAction): Promise<boolean> {
  const { store, clock, tools } = dependencies;
  const tool = tools.get(action.tool);
  const answer = tool === undefined ? undefined : await ask(dependencies, tool, action);
  const { principal, id: actionId, version: expectedVersion } = action;
  const base = { principal, actionId, expectedVersion, at: clock.now() };
  if (tool === undefined || answer === undefined || answer.kind === "unknown") {
    if (action.state === "executing") await store.settleAction({ ...base, ...orphaned });
    return false;
  }
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

/** From now on a person can settle it, and so can the tool's own late answer. */
const orphaned: Pick<SettleAction, "state" | "error"> = {
  state: "unknown",
  error: { code: "tool_outcome_unknown", message: "The process that called the tool ended before it answered." },
};

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
