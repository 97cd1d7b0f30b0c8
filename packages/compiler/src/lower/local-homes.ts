import type { FunctionPlan, LocalId, PlanStatement } from "../plan/query-plan.ts";
import { assignedBy, operandsOf } from "../plan/visit-statements.ts";

type StatementList = readonly PlanStatement[];

/**
 * For each list of statements the locals that are used in it and nowhere outside: they get their place when the list begins and free it when it ends. Locals of a
 * scan's body belong to the list around the scan, so that they keep their value from one element to the next. Parameters are not among them.
 */
export function localHomes(
  fn: FunctionPlan,
  promoted: ReadonlySet<number>,
): ReadonlyMap<StatementList, readonly LocalId[]> {
  interface Home {
    readonly list: StatementList;
    readonly parent: Home | undefined;
    readonly depth: number;
  }
  const root: Home = { list: fn.body, parent: undefined, depth: 0 };
  const homes = new Map<LocalId, Home>();
  const params = new Set(fn.params);

  function common(a: Home, b: Home): Home {
    let left = a;
    let right = b;
    while (left !== right) {
      if (left.depth >= right.depth) left = left.parent ?? root;
      else right = right.parent ?? root;
    }
    return left;
  }

  function use(local: LocalId, home: Home): void {
    if (params.has(local)) return;
    const known = homes.get(local);
    homes.set(local, promoted.has(local) ? root : known === undefined ? home : common(known, home));
  }

  function visit(list: StatementList, home: Home): void {
    for (const statement of list) {
      for (const local of assignedBy(statement)) use(local, home);
      for (const operand of operandsOf(statement)) if (operand.kind === "local") use(operand.id, home);
      if (statement.kind === "scan") visit(statement.body, home);
      else if (statement.kind === "block" || statement.kind === "with") {
        visit(statement.body, { list: statement.body, parent: home, depth: home.depth + 1 });
      }
    }
  }

  visit(fn.body, root);
  const byList = new Map<StatementList, LocalId[]>();
  for (const [local, home] of homes) {
    const list = byList.get(home.list);
    if (list === undefined) byList.set(home.list, [local]);
    else list.push(local);
  }
  return byList;
}
