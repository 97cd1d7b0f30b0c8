import type { BoundVar, VarId } from "../bind/bound.ts";
import type { DraftBody, DraftStatement } from "../bind/draft.ts";
import { enclosedVariables, visibleVariables } from "./draft-variables.ts";
import { outputVariables } from "./output-variables.ts";

export interface OrderedBody {
  /** As far as it could be ordered. */
  readonly statements: readonly OrderedStatement[];
  /** Statements that could not be placed, each with the variables that nothing binds. */
  readonly unsafe: ReadonlyMap<DraftStatement, ReadonlySet<VarId>>;
}

export interface OrderedStatement {
  readonly statement: DraftStatement;
  readonly visible: ReadonlySet<VarId>;
}

/**
 * Orders a body so that every variable is bound before it is needed, moving as little as possible: in each pass all statements that have become safe
 * are taken in the author's order (OPA's order, on which side effects and the cost of a policy depend).
 */
export function orderBody({
  body,
  bound,
  vars,
}: {
  readonly body: DraftBody;
  readonly bound: ReadonlySet<VarId>;
  readonly vars: readonly BoundVar[];
}): OrderedBody {
  const safe = new Set(bound);
  const visible = new Map(body.map((statement) => [statement, visibleVariables(statement, vars)]));
  const shared = new Set([...visible.values()].flatMap((ids) => [...ids]));
  const statements: OrderedStatement[] = [];
  let waiting = body.map((statement): Waiting => {
    const own = visible.get(statement) ?? new Set();
    // What a nested body shares with this one must be bound before, whatever the statement itself binds.
    const enclosed = [...enclosedVariables(statement)].filter((id) => shared.has(id));
    return { statement, own, enclosed, stale: true };
  });
  const users = usersOf(waiting);
  for (;;) {
    const later: Waiting[] = [];
    for (const each of waiting) {
      if (!isPlaceable(each, safe)) {
        later.push(each);
        continue;
      }
      statements.push({ statement: each.statement, visible: each.own });
      for (const id of outputVariables(each.statement, safe)) {
        safe.add(id);
        for (const user of users.get(id) ?? []) user.stale = true;
      }
    }
    if (later.length === waiting.length) break;
    waiting = later;
  }
  return { statements, unsafe: new Map(waiting.map((each) => [each.statement, missing(each, safe)])) };
}

interface Waiting {
  readonly statement: DraftStatement;
  readonly own: ReadonlySet<VarId>;
  readonly enclosed: readonly VarId[];
  /** Something that it needs was bound since it was looked at. */
  stale: boolean;
}

function usersOf(waiting: readonly Waiting[]): ReadonlyMap<VarId, readonly Waiting[]> {
  const users = new Map<VarId, Waiting[]>();
  for (const each of waiting) {
    for (const id of new Set([...each.own, ...each.enclosed])) {
      const known = users.get(id);
      if (known === undefined) users.set(id, [each]);
      else known.push(each);
    }
  }
  return users;
}

function isPlaceable(each: Waiting, safe: ReadonlySet<VarId>): boolean {
  if (!each.stale) return false;
  each.stale = false;
  return missing(each, safe).size === 0;
}

function missing({ statement, own, enclosed }: Waiting, safe: ReadonlySet<VarId>): ReadonlySet<VarId> {
  const outputs = outputVariables(statement, safe);
  const needed = [...own].filter((id) => !safe.has(id) && !outputs.has(id));
  return new Set([...needed, ...enclosed.filter((id) => !safe.has(id))]);
}
