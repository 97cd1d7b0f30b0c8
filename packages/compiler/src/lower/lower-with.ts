import {
  binary,
  call,
  getGlobal,
  getLocal,
  i32,
  i64,
  load,
  setGlobal,
  setLocal,
  store,
} from "../function-ir/build-ops.ts";
import type { Op } from "../function-ir/ops.ts";
import type { PathKey, PlanStatement } from "../plan/query-plan.ts";
import { SPEND_ONE } from "./fuel-ops.ts";
import {
  collect,
  emit,
  type FunctionScope,
  labelled,
  type ReadOperand,
  readAll,
  type Target,
} from "./function-scope.ts";
import type { AffectedSlot } from "./module-scope.ts";

type WithStatement = Extract<PlanStatement, { kind: "with" }>;

export const EPOCH = "epoch";
/** The last epoch handed out. */
export const LAST_EPOCH = "last_epoch";

/**
 * Rewrites the slots that the body can see, gives the body an epoch of its own (so that no memo of outside is seen inside, nor the other way round), and puts both
 * back. A fault inside leaves the slots rewritten: the entrypoint's export restores those that the host does not write for each call.
 */
export function lowerWith(
  scope: FunctionScope,
  statement: WithStatement,
  lowerBody: (body: readonly PlanStatement[]) => void,
): void {
  const values = readAll(
    scope,
    statement.replacements.map(({ value }) => value),
  );
  if (values === undefined) return;
  const changes = statement.replacements.map(({ document, path }, index) => ({
    value: values[index],
    slots: scope.module.affectedSlots({ document, path, body: statement.body }),
  }));
  const addresses = new Set(changes.flatMap(({ slots }) => slots.map(({ address }) => address)));
  withSaved(scope, [...addresses], () => {
    scope.withTemp("i32", (epoch) => {
      emit(scope, setLocal(epoch, getGlobal(EPOCH)));
      for (const { value, slots } of changes) {
        if (value !== undefined) for (const slot of slots) emit(scope, rewrite(scope, slot, value));
      }
      if (scope.module.metered) emit(scope, ...SPEND_ONE);
      emit(
        scope,
        setGlobal(LAST_EPOCH, binary("i32.add", getGlobal(LAST_EPOCH), i32(1))),
        setGlobal(EPOCH, getGlobal(LAST_EPOCH)),
      );
      const end: Target = { label: scope.fresh("with"), frame: scope.flow.enter(), uses: 0 };
      const body = collect(scope, () => {
        const outer = scope.fail;
        scope.fail = end;
        lowerBody(statement.body);
        scope.fail = outer;
      });
      scope.flow.leave(end.frame);
      emit(scope, ...labelled(end, body), setGlobal(EPOCH, getLocal(epoch)));
    });
  });
}

/** Keeps slots in locals around `lower`. */
function withSaved(scope: FunctionScope, addresses: readonly number[], lower: () => void): void {
  const [address, ...rest] = addresses;
  if (address === undefined) {
    lower();
    return;
  }
  scope.withTemp("i64", (saved) => {
    emit(scope, setLocal(saved, load("i64.load", i32(address))));
    withSaved(scope, rest, lower);
    emit(scope, store({ operator: "i64.store", address: i32(address), value: getLocal(saved) }));
  });
}

function rewrite(scope: FunctionScope, slot: AffectedSlot, value: ReadOperand): Op {
  const address = i32(slot.address);
  if (slot.kind === "inside") {
    return store({ operator: "i64.store", address, value: walk(scope, value.op, slot.steps) });
  }
  const path = i64(scope.module.pool(slot.steps).bits);
  return store({
    operator: "i64.store",
    address,
    value: call("value_patch", load("i64.load", address), path, value.op),
  });
}

/** The part of a value at constant steps, undefined where there is none. */
export function walk(scope: FunctionScope, value: Op, steps: readonly PathKey[]): Op {
  return steps.reduce((place, step) => {
    const key = i64(scope.module.pool(step).bits);
    return call(typeof step === "string" ? "property" : "value_get", place, key);
  }, value);
}
