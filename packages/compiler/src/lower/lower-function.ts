import { InternalError } from "../diagnostics/internal-error.ts";
import {
  binary,
  br,
  getGlobal,
  getLocal,
  i32,
  i64,
  load,
  returnOp,
  setLocal,
  store,
  when,
} from "../function-ir/build-ops.ts";
import type { FunctionIr, Op } from "../function-ir/ops.ts";
import type { FunctionPlan, LocalId } from "../plan/query-plan.ts";
import { assignedBy, visitStatements } from "../plan/visit-statements.ts";
import { SPEND_ONE } from "./fuel-ops.ts";
import { createLocalStack, type FunctionScope, labelled, type Target } from "./function-scope.ts";
import { createKindFlow, joined, type Knowledge } from "./kind-flow.ts";
import { localHomes } from "./local-homes.ts";
import { lowerStatements } from "./lower-statement.ts";
import { EPOCH } from "./lower-with.ts";
import type { ModuleScope } from "./module-scope.ts";
import { ANY, Kind, UNDEFINED } from "./value-bits.ts";

/** A function of the plan as `(i64 params) -> i64`; undefined stands for no result. `result` tells what it may return. */
export function lowerFunction(
  module: ModuleScope,
  fn: FunctionPlan,
): { readonly ir: FunctionIr; readonly result: Knowledge } {
  let promoted: ReadonlySet<LocalId> = new Set();
  for (;;) {
    const attempt = lowerOnce(module, fn, promoted);
    if (attempt.kind === "done") return attempt;
    promoted = new Set([...promoted, ...attempt.promote]);
  }
}

type Attempt =
  | { readonly kind: "done"; readonly ir: FunctionIr; readonly result: Knowledge }
  /** Locals that are read before they are assigned need a place for the whole function, cleared at its start. */
  | { readonly kind: "again"; readonly promote: readonly LocalId[] };

const UNREACHABLE: Op = { kind: "unreachable" };
const END = "end";
const RESULT = "result";

function lowerOnce(module: ModuleScope, fn: FunctionPlan, promoted: ReadonlySet<LocalId>): Attempt {
  const flow = createKindFlow(fn.params, ANY);
  const stack = createLocalStack();
  const names = new Map<LocalId, string>();
  const homes = localHomes(fn, promoted);
  const memo = module.memoAddress(fn.id);
  let labels = 0;
  let result: Knowledge | undefined;
  const end: Target = { label: END, frame: flow.enter(), uses: 0 };

  const scope: FunctionScope = {
    module,
    flow,
    labels: new Map(),
    unsetReads: new Set(),
    builders: builderLocals(fn),
    fail: end,
    out: [],
    localName(id) {
      const name = names.get(id);
      if (name === undefined) throw new InternalError(`${fn.name}: local ${id} has no place here`);
      return name;
    },
    isThrough: (id) => module.isThrough(fn.id, id),
    rowsOf: (id) => module.rowsOf(fn.id, id),
    placeOf: (id) => module.placeOf(fn.id, id),
    hasPlace: (id) => names.has(id),
    homesOf: (list) => homes.get(list) ?? [],
    withHomes(list, lower) {
      const own = homes.get(list) ?? [];
      for (const id of own) names.set(id, stack.take("i64"));
      lower();
      stack.free("i64", own.length);
      for (const id of own) names.delete(id);
    },
    withTemp(type, use) {
      use(stack.take(type));
      stack.free(type, 1);
    },
    fresh: (prefix) => `${prefix}${labels++}`,
    returnValue({ op, kinds, choices, interned }) {
      const known = { kinds, choices, interned };
      result = result === undefined ? known : joined(result, known);
      if (memo === undefined) {
        scope.out.push(returnOp(op));
        return;
      }
      end.uses++;
      scope.out.push(setLocal(RESULT, op), br(END));
    },
  };
  for (const [index, id] of fn.params.entries()) names.set(id, `p${index}`);
  const rootNames: [LocalId, string][] = [];
  const own = homes.get(fn.body) ?? [];
  scope.withHomes(fn.body, () => {
    for (const id of own) rootNames.push([id, scope.localName(id)]);
    lowerStatements(scope, fn.body);
  });
  const promote = [...scope.unsetReads].filter((id) => !own.includes(id));
  if (promote.length > 0) return { kind: "again", promote };

  const cleared = rootNames
    .filter(([id]) => scope.unsetReads.has(id))
    .map(([, name]) => setLocal(name, i64(UNDEFINED)));
  const body = [...cleared, ...labelled(end, scope.out)];
  // With a memo, `return` leaves to the end as well; what the flow knows of the end are the failures.
  const mayFail = flow.reachable || end.frame.exits !== undefined;
  const nothing: Knowledge = { kinds: mayFail ? Kind.undefined : 0, choices: [], interned: true };
  return {
    kind: "done",
    result: result === undefined ? nothing : { ...result, kinds: result.kinds | nothing.kinds },
    ir: {
      name: module.functionName(fn.id),
      params: fn.params.map((_, index) => ({ name: `p${index}`, type: "i64" })),
      result: "i64",
      locals: [...stack.all, ...(memo === undefined ? [] : [{ name: RESULT, type: "i64" as const }])],
      body: [
        ...(module.metered ? SPEND_ONE : []),
        ...(memo === undefined ? withResult(body, mayFail) : withMemo(memo, body)),
      ],
    },
  };
}

/** What stands at the end of a function that leaves by `return` where it has a result. */
function withResult(body: readonly Op[], mayFail: boolean): readonly Op[] {
  if (mayFail) return [...body, i64(UNDEFINED)];
  return body.at(-1)?.kind === "return" ? body : [...body, UNREACHABLE];
}

/** A memo holds the value, then the epoch in which it was computed. */
function withMemo(address: number, body: readonly Op[]): readonly Op[] {
  const epochOf = load("i32.load", i32(address), 8);
  return [
    when(binary("i32.eq", epochOf, getGlobal(EPOCH)), [returnOp(load("i64.load", i32(address)))]),
    setLocal(RESULT, i64(UNDEFINED)),
    ...body,
    store({ operator: "i64.store", address: i32(address), value: getLocal(RESULT) }),
    store({ operator: "i32.store", address: i32(address), value: getGlobal(EPOCH), offset: 8 }),
    getLocal(RESULT),
  ];
}

/** Locals in which an array is built. */
function builderLocals(fn: FunctionPlan): ReadonlyMap<LocalId, "only" | "sometimes"> {
  const builders = new Map<LocalId, "only" | "sometimes">();
  const others = new Set<LocalId>();
  visitStatements(fn.body, (statement) => {
    if (statement.kind === "new" && statement.form === "array") builders.set(statement.target, "only");
    else if (statement.kind !== "clear") for (const local of assignedBy(statement)) others.add(local);
  });
  for (const local of builders.keys()) if (others.has(local)) builders.set(local, "sometimes");
  return builders;
}
