/**
 * The function IR: typed operations as trees, one step above WebAssembly. `lowerPlan` makes it, the printer and the validator read it, the linker turns it into
 * a module. It knows WebAssembly's types and control flow; it does not know Rego, opcodes or indices: functions, globals, locals and labels are names.
 *
 * Operands are evaluated left to right. An operation's type is that of the value it leaves, `none`, or `never` where control does not come back.
 */

export type NumericType = "i32" | "i64" | "f64";
export type OpType = NumericType | "none" | "never";

export type LoadOperator = "i32.load" | "i64.load" | "f64.load" | "i32.load8_u" | "i64.load32_u";
export type StoreOperator = "i32.store" | "i64.store" | "f64.store" | "i32.store8";

export type UnaryOperator =
  | "i32.eqz"
  | "i64.eqz"
  | "i32.wrap_i64"
  | "i64.extend_i32_u"
  | "f64.convert_i32_u"
  | "i64.reinterpret_f64"
  | "f64.reinterpret_i64";

export type BinaryOperator =
  | "i32.eq"
  | "i32.ne"
  | "i32.lt_s"
  | "i32.lt_u"
  | "i32.gt_s"
  | "i32.gt_u"
  | "i32.le_s"
  | "i32.ge_s"
  | "i32.ge_u"
  | "i64.eq"
  | "i64.ne"
  | "i64.lt_u"
  | "i64.gt_u"
  | "i64.le_u"
  | "i64.ge_u"
  | "f64.eq"
  | "f64.ne"
  | "f64.lt"
  | "f64.gt"
  | "f64.le"
  | "f64.ge"
  | "i32.add"
  | "i32.sub"
  | "i32.mul"
  | "i32.and"
  | "i32.or"
  | "i32.shl"
  | "i32.shr_u"
  | "i64.add"
  | "i64.and"
  | "i64.or"
  | "i64.shl"
  | "i64.shr_u"
  | "f64.add"
  | "f64.sub"
  | "f64.mul";

export type Op =
  // -- values --
  | { readonly kind: "i32"; readonly value: number }
  /** As an unsigned 64-bit number. */
  | { readonly kind: "i64"; readonly value: bigint }
  | { readonly kind: "f64"; readonly value: number }
  | { readonly kind: "local.get"; readonly local: string }
  | { readonly kind: "local.set"; readonly local: string; readonly value: Op }
  | { readonly kind: "local.tee"; readonly local: string; readonly value: Op }
  | { readonly kind: "global.get"; readonly global: string }
  | { readonly kind: "global.set"; readonly global: string; readonly value: Op }
  /** `offset` is added to the address without wrapping. */
  | { readonly kind: "load"; readonly operator: LoadOperator; readonly offset: number; readonly address: Op }
  | {
      readonly kind: "store";
      readonly operator: StoreOperator;
      readonly offset: number;
      readonly address: Op;
      readonly value: Op;
    }
  | { readonly kind: "unary"; readonly operator: UnaryOperator; readonly operand: Op }
  | { readonly kind: "binary"; readonly operator: BinaryOperator; readonly left: Op; readonly right: Op }
  /** Both values are evaluated. */
  | { readonly kind: "select"; readonly whenTrue: Op; readonly whenFalse: Op; readonly condition: Op }
  | { readonly kind: "call"; readonly callee: string; readonly args: readonly Op[] }
  | { readonly kind: "drop"; readonly value: Op }
  /** Sets bytes from `address` to 0. */
  | { readonly kind: "clear-memory"; readonly address: Op; readonly bytes: Op }
  // -- control --
  /** `br` to its label leaves it. The last operation gives the result; a `br` out of a block with a result does not occur. */
  | { readonly kind: "block"; readonly label: string; readonly body: readonly Op[] }
  /** `br` to its label begins it again. */
  | { readonly kind: "loop"; readonly label: string; readonly body: readonly Op[] }
  | {
      readonly kind: "if";
      readonly result: NumericType | undefined;
      readonly condition: Op;
      readonly then: readonly Op[];
      readonly else: readonly Op[];
    }
  | { readonly kind: "br"; readonly label: string }
  | { readonly kind: "br-if"; readonly label: string; readonly condition: Op }
  | { readonly kind: "return"; readonly value: Op | undefined }
  | { readonly kind: "unreachable" }
  /** Raises the tag with an i32. */
  | { readonly kind: "throw"; readonly tag: string; readonly value: Op }
  /** The tag's i32 goes to `caught`, then `handler` runs. No result. */
  | {
      readonly kind: "try";
      readonly body: readonly Op[];
      readonly tag: string;
      readonly caught: string;
      readonly handler: readonly Op[];
    };

export interface LocalIr {
  readonly name: string;
  readonly type: NumericType;
}

export interface FunctionIr {
  readonly name: string;
  readonly params: readonly LocalIr[];
  readonly result: NumericType | undefined;
  readonly locals: readonly LocalIr[];
  readonly body: readonly Op[];
}

export interface FunctionSignature {
  readonly params: readonly NumericType[];
  readonly result: NumericType | undefined;
}

export interface ImportIr {
  /** What `call` says. */
  readonly name: string;
  readonly module: string;
  readonly field: string;
  readonly signature: FunctionSignature;
}

export interface GlobalIr {
  readonly name: string;
  readonly type: "i32";
  readonly initial: number;
}

export interface DataIr {
  readonly address: number;
  readonly bytes: Uint8Array;
}

/** A module without what it takes from the run-time library: names that are defined nowhere here are the library's. */
export interface ModuleIr {
  readonly imports: readonly ImportIr[];
  readonly functions: readonly FunctionIr[];
  readonly globals: readonly GlobalIr[];
  /** Exceptions that carry one i32. */
  readonly tags: readonly string[];
  readonly exports: readonly { readonly name: string; readonly function: string }[];
  readonly memory: { readonly minPages: number; readonly maxPages: number };
  readonly data: readonly DataIr[];
  readonly customSections: readonly { readonly name: string; readonly bytes: Uint8Array }[];
}
