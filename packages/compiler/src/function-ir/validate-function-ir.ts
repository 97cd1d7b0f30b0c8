import { InternalError } from "../diagnostics/internal-error.ts";
import type { FunctionIr, FunctionSignature, ModuleIr, NumericType, Op, OpType } from "./ops.ts";
import { accessType, binaryTypes, unaryTypes } from "./type-of.ts";

/**
 * Checks types, labels and names of a module. Throws `InternalError` that names the function and the operation: an invalid module is a bug of a stage, not of a policy.
 *
 * `library` gives the signatures of the run-time library's functions by name, and the names of its globals.
 */
export function validateFunctionIr(
  module: ModuleIr,
  library: { readonly functions: ReadonlyMap<string, FunctionSignature>; readonly globals: ReadonlySet<string> },
): void {
  const signatures = new Map(library.functions);
  for (const { name, signature } of module.imports) define(signatures, name, signature);
  for (const fn of module.functions) {
    define(signatures, fn.name, { params: fn.params.map((param) => param.type), result: fn.result });
  }
  const globals = new Set(library.globals);
  for (const { name } of module.globals) globals.add(name);
  for (const fn of module.functions) checkFunction(fn, { signatures, globals, tags: new Set(module.tags) });
  const exported = new Set<string>();
  for (const { name, function: callee } of module.exports) {
    if (exported.has(name)) throw new InternalError(`two exports are named ${name}`);
    exported.add(name);
    if (!signatures.has(callee)) throw new InternalError(`export ${name}: there is no function ${callee}`);
  }
  checkData(module);
}

function define(signatures: Map<string, FunctionSignature>, name: string, signature: FunctionSignature): void {
  if (signatures.has(name)) throw new InternalError(`two functions are named ${name}`);
  signatures.set(name, signature);
}

function checkData(module: ModuleIr): void {
  let end = 0;
  for (const { address, bytes } of module.data) {
    if (address < end) throw new InternalError(`data at ${address} overlaps what ends at ${end}`);
    end = address + bytes.length;
  }
  if (end > module.memory.minPages * 65_536) throw new InternalError(`data ends at ${end}, beyond the memory`);
}

interface Names {
  readonly signatures: ReadonlyMap<string, FunctionSignature>;
  readonly globals: ReadonlySet<string>;
  readonly tags: ReadonlySet<string>;
}

function checkFunction(fn: FunctionIr, names: Names): void {
  const locals = new Map<string, NumericType>();
  for (const { name, type } of [...fn.params, ...fn.locals]) {
    if (locals.has(name)) throw fail(`two locals are named ${name}`);
    locals.set(name, type);
  }
  const labels: string[] = [];

  function fail(message: string): InternalError {
    return new InternalError(`${fn.name}: ${message}`);
  }

  function local(name: string): NumericType {
    const type = locals.get(name);
    if (type === undefined) throw fail(`no local ${name}`);
    return type;
  }

  function expect(op: Op, type: NumericType): void {
    const found = check(op);
    if (found !== type && found !== "never") throw fail(`${op.kind} leaves ${found} where ${type} is needed`);
  }

  function expectLabel(label: string): void {
    if (!labels.includes(label)) throw fail(`no label ${label} around`);
  }

  /** All but the last operation leave nothing. Answers what the last leaves. */
  function checkSequence(body: readonly Op[]): OpType {
    let type: OpType = "none";
    body.forEach((op, index) => {
      type = check(op);
      if (index < body.length - 1 && type !== "none" && type !== "never")
        throw fail(`the value of ${op.kind} is not used`);
    });
    return type;
  }

  function checkLabelled(op: Op & { kind: "block" | "loop" }): OpType {
    if (labels.includes(op.label)) throw fail(`label ${op.label} inside itself`);
    labels.push(op.label);
    const type = checkSequence(op.body);
    labels.pop();
    return type === "never" ? "none" : type;
  }

  function checkIf(op: Op & { kind: "if" }): OpType {
    expect(op.condition, "i32");
    for (const branch of [op.then, op.else]) {
      const type = checkSequence(branch);
      if (type !== "never" && type !== (op.result ?? "none")) {
        throw fail(`a branch of if leaves ${type} where ${op.result ?? "none"} is needed`);
      }
    }
    return op.result ?? "none";
  }

  function checkCall(op: Op & { kind: "call" }): OpType {
    const signature = names.signatures.get(op.callee);
    if (signature === undefined) throw fail(`no function ${op.callee}`);
    if (signature.params.length !== op.args.length) {
      throw fail(`${op.callee} takes ${signature.params.length} arguments, not ${op.args.length}`);
    }
    op.args.forEach((arg, index) => {
      expect(arg, signature.params[index] ?? "i32");
    });
    return signature.result ?? "none";
  }

  function check(op: Op): OpType {
    switch (op.kind) {
      case "i32":
      case "i64":
      case "f64":
        return op.kind;
      case "local.get":
        return local(op.local);
      case "local.set":
        expect(op.value, local(op.local));
        return "none";
      case "local.tee":
        expect(op.value, local(op.local));
        return local(op.local);
      case "global.get":
      case "global.set":
        if (!names.globals.has(op.global)) throw fail(`no global ${op.global}`);
        if (op.kind === "global.get") return "i32";
        expect(op.value, "i32");
        return "none";
      case "load":
        expect(op.address, "i32");
        return accessType(op.operator);
      case "store":
        expect(op.address, "i32");
        expect(op.value, accessType(op.operator));
        return "none";
      case "unary": {
        const [operand, result] = unaryTypes(op.operator);
        expect(op.operand, operand);
        return result;
      }
      case "binary": {
        const [operand, result] = binaryTypes(op.operator);
        expect(op.left, operand);
        expect(op.right, operand);
        return result;
      }
      case "select": {
        const type = check(op.whenTrue);
        if (type === "none" || type === "never") throw fail("select without a value");
        expect(op.whenFalse, type);
        expect(op.condition, "i32");
        return type;
      }
      case "call":
        return checkCall(op);
      case "drop": {
        const type = check(op.value);
        if (type === "none") throw fail("drop without a value");
        return "none";
      }
      case "clear-memory":
        expect(op.address, "i32");
        expect(op.bytes, "i32");
        return "none";
      case "block":
      case "loop":
        return checkLabelled(op);
      case "if":
        return checkIf(op);
      case "br":
        expectLabel(op.label);
        return "never";
      case "br-if":
        expectLabel(op.label);
        expect(op.condition, "i32");
        return "none";
      case "return":
        if ((op.value === undefined) !== (fn.result === undefined)) throw fail("return does not fit the result");
        if (op.value !== undefined && fn.result !== undefined) expect(op.value, fn.result);
        return "never";
      case "unreachable":
        return "never";
      case "throw":
        if (!names.tags.has(op.tag)) throw fail(`no tag ${op.tag}`);
        expect(op.value, "i32");
        return "never";
      case "try": {
        if (!names.tags.has(op.tag)) throw fail(`no tag ${op.tag}`);
        if (local(op.caught) !== "i32") throw fail(`${op.caught} is no i32`);
        for (const part of [op.body, op.handler]) {
          const type = checkSequence(part);
          if (type !== "none" && type !== "never") throw fail("the value of a try is not used");
        }
        return "none";
      }
    }
  }

  const type = checkSequence(fn.body);
  const needed = fn.result ?? "none";
  if (type !== "never" && type !== needed) throw fail(`the body leaves ${type} where ${needed} is needed`);
}
