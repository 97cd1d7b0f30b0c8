import { BUILTIN_MODULE, Control, Status } from "@flyball/engine/abi";
import { findBuiltin } from "../builtins/builtin-table.ts";
import {
  binary,
  call,
  getGlobal,
  getLocal,
  i32,
  i64,
  load,
  returnOp,
  setGlobal,
  setLocal,
  store,
  when,
} from "../function-ir/build-ops.ts";
import type { FunctionIr, FunctionSignature, ImportIr, Op } from "../function-ir/ops.ts";
import type { BuiltinTarget } from "./module-scope.ts";
import { ANY, Kind, NUMBER, UNDEFINED } from "./value-bits.ts";

/** Which function computes a built-in: one of the run-time library where it has one, else a generated one that calls the host. */
export interface BuiltinTargets {
  target(name: string, arity: number): BuiltinTarget;
  /** Host built-ins in the order of their first use. */
  readonly host: readonly { readonly name: string; readonly arity: number }[];
  readonly imports: readonly ImportIr[];
  readonly functions: readonly FunctionIr[];
}

export function createBuiltinTargets(library: ReadonlyMap<string, FunctionSignature>): BuiltinTargets {
  const host = new Map<string, number>();
  const imports: ImportIr[] = [];
  const functions: FunctionIr[] = [];
  return {
    imports,
    functions,
    get host() {
      return Array.from(host, ([name, arity]) => ({ name, arity }));
    },
    target(name, arity) {
      const inside = `b_${name.replaceAll(".", "_")}`;
      if (library.get(inside)?.params.length === arity) return { callee: inside, kinds: resultKinds(name) };
      const callee = `call ${name}`;
      if (!host.has(name)) {
        host.set(name, arity);
        const signature = { params: ["i32"], result: "i32" } as const;
        imports.push({ name: `host ${name}`, module: BUILTIN_MODULE, field: name, signature });
        functions.push(hostCall(callee, `host ${name}`, arity));
      }
      // What a host answers is taken for anything.
      return { callee, kinds: ANY | Kind.undefined };
    },
  };
}

const KINDS: ReadonlyMap<string, number> = new Map([
  ["null", Kind.null],
  ["boolean", Kind.boolean],
  ["number", NUMBER],
  ["string", Kind.string],
  ["array", Kind.array],
  ["object", Kind.object],
  ["set", Kind.set],
]);

/** Built-ins that have a result whatever the argument. */
const TOTAL = /^(is_|type_name$|internal\.member_)/;

function resultKinds(name: string): number {
  if (name === "count") return Kind.double | Kind.undefined;
  const kinds = typeKinds(findBuiltin(name)?.result ?? "any");
  return TOTAL.test(name) ? kinds : kinds | Kind.undefined;
}

/** Kinds of a declared type: `number | set[any]`. */
function typeKinds(type: string): number {
  let outer = type;
  for (let before = ""; before !== outer; ) {
    before = outer;
    outer = outer.replaceAll(/\[[^[\]]*\]/g, "");
  }
  return outer.split("|").reduce((kinds, each) => kinds | (KINDS.get(each.trim()) ?? ANY), 0);
}

/** Lays the arguments on the heap, brings the control block up to date, calls the host, and takes over what the host changed. */
function hostCall(name: string, imported: string, arity: number): FunctionIr {
  const base = i32(0);
  const word = (address: number, value: Op): Op =>
    store({ operator: "i32.store", address: base, value, offset: address });
  const args = Array.from({ length: arity }, (_, index) => `p${index}`);
  return {
    name,
    params: args.map((arg) => ({ name: arg, type: "i64" })),
    result: "i64",
    locals: [
      { name: "args", type: "i32" },
      { name: "status", type: "i32" },
    ],
    body: [
      setLocal("args", call("alloc", i32(8 * Math.max(1, arity)))),
      ...args.map((arg, index) =>
        store({ operator: "i64.store", address: getLocal("args"), value: getLocal(arg), offset: 8 * index }),
      ),
      word(Control.heapTop, getGlobal("heap")),
      word(Control.fuel, getGlobal("fuel")),
      word(Control.depth, getGlobal("depth")),
      setLocal("status", call(imported, getLocal("args"))),
      setGlobal("heap", load("i32.load", base, Control.heapTop)),
      setGlobal("fuel", load("i32.load", base, Control.fuel)),
      when(binary("i32.eq", getLocal("status"), i32(Status.value)), [returnOp(load("i64.load", getLocal("args")))]),
      when(binary("i32.eq", getLocal("status"), i32(Status.undefined)), [returnOp(i64(UNDEFINED))]),
      call("fault", getLocal("status")),
      i64(UNDEFINED),
    ],
  };
}
