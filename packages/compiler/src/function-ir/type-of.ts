import type { BinaryOperator, LoadOperator, NumericType, Op, OpType, StoreOperator, UnaryOperator } from "./ops.ts";

const UNARY_TYPES: Record<UnaryOperator, readonly [operand: NumericType, result: NumericType]> = {
  "i32.eqz": ["i32", "i32"],
  "i64.eqz": ["i64", "i32"],
  "i32.wrap_i64": ["i64", "i32"],
  "i64.extend_i32_u": ["i32", "i64"],
  "f64.convert_i32_u": ["i32", "f64"],
  "i64.reinterpret_f64": ["f64", "i64"],
  "f64.reinterpret_i64": ["i64", "f64"],
};

const ARITHMETIC = /\.(add|sub|mul|and|or|shl|shr_u)$/;

export function unaryTypes(operator: UnaryOperator): readonly [operand: NumericType, result: NumericType] {
  return UNARY_TYPES[operator];
}

export function binaryTypes(operator: BinaryOperator): readonly [operand: NumericType, result: NumericType] {
  const operand = operator.slice(0, 3) as NumericType;
  return [operand, ARITHMETIC.test(operator) ? operand : "i32"];
}

/** Type of the loaded or stored value. */
export function accessType(operator: LoadOperator | StoreOperator): NumericType {
  return operator.slice(0, 3) as NumericType;
}

/** Result types of functions, locals and globals, by name. */
export interface TypeScope {
  callee(name: string): NumericType | undefined;
  local(name: string): NumericType;
}

/** The type of what an operation leaves, taken that it is valid. A block that ends without a value is `none` even where its end is not reached. */
export function typeOf(op: Op, scope: TypeScope): OpType {
  switch (op.kind) {
    case "i32":
    case "i64":
    case "f64":
      return op.kind;
    case "local.get":
    case "local.tee":
      return scope.local(op.local);
    case "global.get":
      return "i32";
    case "load":
      return accessType(op.operator);
    case "unary":
      return unaryTypes(op.operator)[1];
    case "binary":
      return binaryTypes(op.operator)[1];
    case "select":
      return typeOf(op.whenTrue, scope);
    case "call":
      return scope.callee(op.callee) ?? "none";
    case "block":
    case "loop":
      return sequenceType(op.body, scope);
    case "if":
      return op.result ?? "none";
    case "local.set":
    case "global.set":
    case "store":
    case "drop":
    case "clear-memory":
    case "br-if":
    case "try":
      return "none";
    case "br":
    case "return":
    case "unreachable":
    case "throw":
      return "never";
  }
}

function sequenceType(body: readonly Op[], scope: TypeScope): NumericType | "none" {
  const last = body.at(-1);
  const type = last === undefined ? "none" : typeOf(last, scope);
  return type === "never" ? "none" : type;
}
