import type { DocumentSlot } from "@flyball/engine/abi";
import type { ModuleIr } from "../function-ir/ops.ts";

/** The module without its manifest, and what the manifest says about it. */
export interface LoweredModule {
  readonly ir: ModuleIr;
  readonly heapStart: number;
  readonly constants: { readonly start: number; readonly end: number };
  readonly frame: LoweredSlots;
  readonly data: LoweredSlots;
  /** Addresses of the constant strings. */
  readonly strings: ReadonlyMap<string, number>;
  /** Those of them that a host must know, for slots that are compared with them. */
  readonly comparedStrings: ReadonlySet<string>;
  /** Strings with which a constant slot is compared, by the slot's object in `frame`. */
  readonly comparedWith: ReadonlyMap<object, ReadonlySet<string>>;
  readonly otherString: number;
  readonly entrypoints: readonly LoweredEntrypoint[];
  readonly builtins: readonly { readonly name: string; readonly arity: number }[];
  /** Address of a rule's trace, by its number in the plan. */
  readonly traces: readonly number[];
}

export interface LoweredSlots {
  readonly address: number;
  /** Those that a host writes. */
  readonly slots: readonly DocumentSlot[];
}

export interface LoweredEntrypoint {
  readonly name: string;
  readonly export: string;
  /** Frame slots. */
  readonly slots: readonly number[];
  readonly bound: number | undefined;
  /** Host built-ins. */
  readonly builtins: readonly string[];
  readonly clock: boolean;
}
