// What must hold when everything has come to rest. In: what the service has said, what its store holds, what the broker
// has done. Out: one line for each thing that is not as it must be.

import type { StoreTables } from "../backend/backend.ts";
import type { Order } from "../broker/books.ts";
import type { SentOrder, Testimony } from "../campaign/testimony.ts";

export interface Evidence {
  readonly testimony: Testimony;
  readonly store: StoreTables;
  readonly fills: readonly Order[];
}

export function checkInvariants(evidence: Evidence): readonly string[] {
  return [
    ...evidence.testimony.contradictions,
    ...evidence.store.damage,
    ...checkFills(evidence),
    ...checkAcknowledged(evidence),
    ...checkLedger(evidence),
    ...checkReviews(evidence),
  ];
}

/** No action is filled twice; a fill belongs to an executed action, and an executed action to a fill of its amount. */
function checkFills({ store, fills }: Evidence): string[] {
  const problems: string[] = [];
  const actions = new Map(store.actions.map((action) => [action.id, action]));
  const filled = new Map<string, Order>();
  for (const fill of fills) {
    if (filled.has(fill.key)) problems.push(`action ${fill.key} was executed twice`);
    filled.set(fill.key, fill);
    const action = actions.get(fill.key);
    if (action === undefined) problems.push(`the broker filled ${fill.key}, of which the store knows nothing`);
    else if (action.state !== "executed")
      problems.push(`action ${fill.key} is filled, and is ${action.state} in the store`);
    else if (action.amount !== fill.amount) problems.push(`action ${fill.key} was filled with another amount`);
  }
  for (const { id, state } of store.actions) {
    if (state === "executed" && !filled.has(id)) problems.push(`action ${id} is executed, and the broker has no fill`);
    if (state === "executing" || state === "unknown") problems.push(`action ${id} is still ${state}`);
  }
  return problems;
}

/** What was acknowledged is there, as it was acknowledged or as it may have become. */
function checkAcknowledged({ testimony, store }: Evidence): string[] {
  const states = new Map(store.actions.map(({ id, state }) => [id, state]));
  const problems: string[] = [];
  for (const order of testimony.orders.values()) {
    const { answer, key } = order;
    if (answer === undefined) {
      problems.push(`order ${key} never got an answer`);
      continue;
    }
    const actionId = store.keys.get(key);
    const found = actionId === undefined ? undefined : states.get(actionId);
    if (!mayBe(order).includes(found))
      problems.push(`order ${key} was answered ${answer.outcome}, and is ${found ?? "lost"}`);
  }
  return problems;
}

/** The states in which the store may hold an order that was answered so; undefined: not at all. */
function mayBe({ answer }: SentOrder): readonly (string | undefined)[] {
  switch (answer?.outcome) {
    case "executed":
    case "failed":
      return [answer.outcome];
    case "unknown":
      return ["executed", "failed"];
    case "suspended":
      return ["suspended", "executed", "failed", "refused"];
    default:
      // A refusal of the governor in passing binds no key, so such an order need not be there. Where the database died in the
      // middle of a commit, the service could not know that it had been made, and refused what is there all the same: it was
      // not executed then, and what was made of it since is settled as not done.
      return answer?.cause === "policy" ? ["refused"] : ["refused", "failed", "suspended", undefined];
  }
}

/** For every client and symbol: what is committed is what the broker filled, and nothing stays reserved. */
function checkLedger({ store, fills }: Evidence): string[] {
  const problems: string[] = [];
  const sums = new Map<string, number>();
  for (const { client, symbol, amount } of fills) {
    for (const account of [`client ${client}`, `symbol ${symbol}`])
      sums.set(account, (sums.get(account) ?? 0) + amount);
  }
  // One row a day: a campaign may run through midnight.
  const committed = new Map<string, number>();
  for (const row of store.accounts) {
    const account = `${row.dimension} ${row.name}`;
    committed.set(account, (committed.get(account) ?? 0) + Number(row.committed));
    if (Number(row.reserved) !== 0) problems.push(`account ${account} still has ${row.reserved} reserved`);
  }
  for (const [account, sum] of sums) {
    const found = committed.get(account) ?? 0;
    if (found !== sum) problems.push(`account ${account} has ${found} committed, and the broker filled ${sum}`);
  }
  const total = fills.reduce((all, { amount }) => all + amount, 0);
  const traders = [...committed].filter(([account]) => account.startsWith("trader "));
  const traded = traders.reduce((all, [, amount]) => all + amount, 0);
  if (traded !== total) problems.push(`traders have ${traded} committed, and the broker filled ${total}`);
  return problems;
}

function checkReviews({ testimony, store }: Evidence): string[] {
  const problems: string[] = [];
  const byId = new Map(store.reviews.map((review) => [review.id, review]));
  const reviewed = Map.groupBy(store.reviews, ({ actionId }) => actionId);
  for (const [actionId, reviews] of reviewed) {
    if (reviews.length > 1) problems.push(`action ${actionId} has ${reviews.length} reviews for the same reasons`);
  }
  for (const { id, verdict } of testimony.reviews.values()) {
    const found = byId.get(id);
    if (found === undefined) problems.push(`review ${id} was told of, and is lost`);
    else if (verdict !== undefined && found.state !== verdict) {
      problems.push(`review ${id} was ${verdict}, and is ${found.state}`);
    }
  }
  for (const { id, state } of store.actions) {
    const pending = (reviewed.get(id) ?? []).filter((review) => review.state === "pending").length;
    if (pending !== (state === "suspended" ? 1 : 0))
      problems.push(`action ${id} is ${state} with ${pending} pending reviews`);
  }
  return problems;
}
