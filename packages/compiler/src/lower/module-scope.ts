import type { ConstantId, FunctionId, LocalId, PathKey, PlanStatement, RuleId, SiteId } from "../plan/query-plan.ts";
import type { StaticValue } from "./constant-pool.ts";
import type { Knowledge } from "./kind-flow.ts";
import type { RowLayout, RowPlace } from "./row-slots.ts";

/** What the lowering of a function asks of the module around it. */
export interface ModuleScope {
  /** A constant of the plan. */
  constant(id: ConstantId): StaticValue;
  /** A constant of the lowering's own. */
  pool(value: StaticValue["value"]): StaticValue;
  functionName(id: FunctionId): string;
  /** What a function may return, `undefined` among the kinds where it may have no result. */
  result(id: FunctionId): Knowledge;
  /** Address of the memo of a function that keeps its result: the value, then the epoch. */
  memoAddress(id: FunctionId): number | undefined;
  input(path: readonly PathKey[]): DocumentAccess;
  data(path: readonly PathKey[]): DocumentAccess;
  /** Slots that a `with` of this path changes, of those that the body can see. */
  affectedSlots(change: {
    readonly document: "input" | "data";
    readonly path: readonly PathKey[];
    readonly body: readonly PlanStatement[];
  }): readonly AffectedSlot[];
  /** See `ConstantSlots`. */
  isThrough(fn: FunctionId, local: LocalId): boolean;
  /** See `RowSlots`. */
  rowsOf(fn: FunctionId, local: LocalId): RowLayout | undefined;
  placeOf(fn: FunctionId, local: LocalId): RowPlace | undefined;
  traceAddress(rule: RuleId): number;
  site(id: SiteId): number;
  /** The function of the run-time library or the generated one that calls the host. */
  builtin(name: string, arity: number): BuiltinTarget;
  /** Whether the module counts its steps. */
  readonly metered: boolean;
}

export type DocumentAccess =
  /** `interned`: a string in it has the bits of a constant, or is equal to none. */
  | { readonly kind: "slot"; readonly address: number; readonly rest: readonly PathKey[]; readonly interned: boolean }
  | { readonly kind: "constant"; readonly value: StaticValue }
  | { readonly kind: "absent" };

/** `inside`: the slot lies below the replaced path, by these steps. `around`: the replaced path lies below the slot. */
export type AffectedSlot =
  | { readonly kind: "inside"; readonly address: number; readonly steps: readonly PathKey[] }
  | { readonly kind: "around"; readonly address: number; readonly steps: readonly PathKey[] };

export interface BuiltinTarget {
  readonly callee: string;
  /** Kinds of its results; `undefined` among them where it may fail. */
  readonly kinds: number;
}
