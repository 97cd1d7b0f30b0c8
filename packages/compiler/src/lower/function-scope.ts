import { InternalError } from "../diagnostics/internal-error.ts";
import {
  binary,
  block,
  br,
  brIf,
  call,
  choose,
  getLocal,
  i32,
  i64,
  load,
  setLocal,
  teeLocal,
  unary,
} from "../function-ir/build-ops.ts";
import type { LocalIr, NumericType, Op } from "../function-ir/ops.ts";
import type { LabelId, LocalId, Operand, PlanStatement } from "../plan/query-plan.ts";
import type { StaticValue } from "./constant-pool.ts";
import { type FlowFrame, isUndefined, type KindFlow, maybeUndefined, maybeUnset } from "./kind-flow.ts";
import type { ModuleScope } from "./module-scope.ts";
import type { RowLayout, RowPlace } from "./row-slots.ts";
import { FIRST_ARRAY, Kind, NOTHING, UNDEFINED } from "./value-bits.ts";

/** A place that control can leave to. */
export interface Target {
  readonly label: string;
  readonly frame: FlowFrame;
  /** How often it is left to: a label that nobody leaves to is not written. */
  uses: number;
}

/** The state of the lowering of one function. */
export interface FunctionScope {
  readonly module: ModuleScope;
  readonly flow: KindFlow;
  readonly labels: Map<LabelId, Target>;
  /** Locals that are read before they are surely assigned. */
  readonly unsetReads: Set<LocalId>;
  /** Locals that hold an array under construction, as the address of its builder: always, or other values at times. */
  readonly builders: ReadonlyMap<LocalId, "only" | "sometimes">;
  /** Where a failure leaves to. */
  fail: Target;
  /** The current list. */
  out: Op[];
  localName(id: LocalId): string;
  /** Whether the host may have applied a text function already to what a local holds. */
  isThrough(id: LocalId): boolean;
  /** The rows that a local holds, and the row in which it stands: then it is the row's address. */
  rowsOf(id: LocalId): RowLayout | undefined;
  placeOf(id: LocalId): RowPlace | undefined;
  /** A local of the lowering's own, free again when `use` returns. */
  withTemp(type: NumericType, use: (name: string) => void): void;
  fresh(prefix: string): string;
  returnValue(value: ReadOperand): void;
  hasPlace(id: LocalId): boolean;
  /** Locals whose place is taken for this list only. */
  homesOf(list: readonly PlanStatement[]): readonly LocalId[];
  withHomes(list: readonly PlanStatement[], lower: () => void): void;
}

export interface ReadOperand {
  /** Without effect, may be used any number of times until the local is assigned again. */
  readonly op: Op;
  readonly kinds: number;
  readonly constant: StaticValue | undefined;
  /** The constants of which it is one, by their very bits, where that is known. */
  readonly choices: readonly StaticValue[] | undefined;
  /** Whether comparing bits with constant strings is enough. */
  readonly interned: boolean;
}

/** What is to be assigned. */
export interface AssignedValue {
  readonly op: Op;
  /** `undefined` among them where there may be no value. */
  readonly kinds: number;
  readonly choices?: readonly StaticValue[] | undefined;
  readonly interned?: boolean;
}

export function emit(scope: FunctionScope, ...ops: readonly Op[]): void {
  scope.out.push(...ops);
}

/** Lowers into a list of its own. */
export function collect(scope: FunctionScope, lower: () => void): readonly Op[] {
  const outer = scope.out;
  const list: Op[] = [];
  scope.out = list;
  lower();
  scope.out = outer;
  return list;
}

/** The body under its label, which is left out where nobody needs it. */
export function labelled(target: Target, body: readonly Op[]): readonly Op[] {
  const last = body.at(-1);
  const leavesAtEnd = last?.kind === "br" && last.label === target.label;
  const rest = leavesAtEnd ? body.slice(0, -1) : body;
  return target.uses > (leavesAtEnd ? 1 : 0) ? [block(target.label, rest)] : rest;
}

/** Leaves to the target; what follows is not reached. */
export function leaveTo(scope: FunctionScope, target: Target): void {
  target.uses++;
  scope.flow.exit(target.frame);
  scope.flow.stop();
  emit(scope, br(target.label));
}

/** Fails where the condition holds. */
export function failIf(scope: FunctionScope, condition: Op | boolean): void {
  if (condition === false) return;
  if (condition === true) {
    leaveTo(scope, scope.fail);
    return;
  }
  scope.fail.uses++;
  scope.flow.exit(scope.fail.frame);
  emit(scope, brIf(scope.fail.label, condition));
}

export function constantOperand(constant: StaticValue): ReadOperand {
  return { op: i64(constant.bits), kinds: constant.kind, constant, choices: [constant], interned: true };
}

/** The value of an operand; fails where it is undefined. Answers undefined when it surely is: then nothing more is to be lowered. */
export function read(scope: FunctionScope, operand: Operand): ReadOperand | undefined {
  if (operand.kind === "constant") return constantOperand(scope.module.constant(operand.id));
  const { flow } = scope;
  const { kinds, choices, interned } = flow.get(operand.id);
  if (isUndefined(kinds)) {
    failIf(scope, true);
    return undefined;
  }
  const name = scope.localName(operand.id);
  const defined = kinds & ~NOTHING;
  if (maybeUndefined(kinds)) {
    noteRead(scope, operand.id);
    flow.set(operand.id, Kind.undefined);
    failIf(scope, binary("i64.eq", getLocal(name), i64(UNDEFINED)));
    flow.set(operand.id, defined, { choices, interned });
  }
  const [only, ...others] = choices ?? [];
  if (only !== undefined && others.length === 0) return constantOperand(only);
  const builder = scope.builders.get(operand.id);
  const op = builder === undefined ? getLocal(name) : finishedArray(name, builder);
  return { op, kinds: defined, constant: undefined, choices, interned: interned || choices !== undefined };
}

/** What `array_finish` answers, which leaves the builder as it is: the array whose address is the builder's first word. */
function finishedArray(local: string, builder: "only" | "sometimes"): Op {
  const bits = getLocal(local);
  const array = binary("i64.or", load("i64.load32_u", unary("i32.wrap_i64", bits)), i64(FIRST_ARRAY));
  if (builder === "only") return array;
  return choose({ result: "i64", condition: binary("i64.lt_u", bits, i64(1n << 32n)), then: array, else: bits });
}

/** Reads all, or answers undefined. */
export function readAll(scope: FunctionScope, operands: readonly Operand[]): readonly ReadOperand[] | undefined {
  const values: ReadOperand[] = [];
  for (const operand of operands) {
    const value = read(scope, operand);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return values;
}

/** To be called where a local's bits are looked at. */
export function noteRead(scope: FunctionScope, local: LocalId): void {
  if (maybeUnset(scope.flow.get(local).kinds)) scope.unsetReads.add(local);
}

/** Assigns a value; fails where it is undefined. */
export function assign(scope: FunctionScope, target: LocalId, value: AssignedValue): void {
  const { flow } = scope;
  const name = scope.localName(target);
  const known = { choices: value.choices, interned: value.interned ?? false };
  if (!maybeUndefined(value.kinds)) {
    emit(scope, setLocal(name, value.op));
    flow.set(target, value.kinds, known);
    return;
  }
  flow.set(target, Kind.undefined);
  failIf(scope, binary("i64.eq", teeLocal(name, value.op), i64(UNDEFINED)));
  flow.set(target, value.kinds & ~NOTHING, known);
  if (isUndefined(value.kinds)) flow.stop();
}

/** Locals of the generated function: places taken and freed like a stack. */
export function createLocalStack(): {
  take(type: NumericType): string;
  free(type: NumericType, count: number): void;
  readonly all: readonly LocalIr[];
} {
  const all: LocalIr[] = [];
  const depth: Record<NumericType, number> = { i32: 0, i64: 0, f64: 0 };
  const made: Record<NumericType, number> = { i32: 0, i64: 0, f64: 0 };
  const PREFIX: Record<NumericType, string> = { i32: "i", i64: "v", f64: "d" };
  return {
    all,
    take(type) {
      const name = `${PREFIX[type]}${depth[type]++}`;
      if (depth[type] > made[type]) {
        made[type]++;
        all.push({ name, type });
      }
      return name;
    },
    free(type, count) {
      depth[type] -= count;
      if (depth[type] < 0) throw new InternalError("more locals freed than taken");
    },
  };
}

/** Raises `policy_conflict` at a place. */
export function conflictOps(site: number): readonly Op[] {
  return [call("conflict", i32(site)), { kind: "unreachable" }];
}
