import { InternalError } from "../diagnostics/internal-error.ts";
import { namesUsed } from "../function-ir/names-used.ts";
import type { FunctionIr, FunctionSignature, ModuleIr } from "../function-ir/ops.ts";
import { createByteWriter } from "../wasm/byte-writer.ts";
import { encodeFunction, type NameTable } from "../wasm/encode-function.ts";
import { nameSection } from "../wasm/name-section.ts";
import type {
  WasmExport,
  WasmFunction,
  WasmFunctionType,
  WasmGlobal,
  WasmImport,
  WasmModule,
  WasmValueType,
} from "../wasm/wasm-module.ts";
import { writeModule } from "../wasm/write-module.ts";
import { ModuleLimitError } from "./module-limit-error.ts";
import type { RuntimeLibrary, RuntimePart } from "./runtime-library.ts";

/** Name of the generated function that raises a fault: `(status: i32)`. What the run-time library imports, and what `lowerPlan` calls. */
export const FAULT_FUNCTION = "fault";

/** WebAssembly JavaScript interface, "Implementation-defined limits": the size of a function body. */
const MAX_FUNCTION_BYTES = 7_654_321;

/**
 * The bytes of a module: the functions of the IR, then what they reach of the run-time library, indices written anew. Memory layout is the IR's business;
 * static data of the library stays at its addresses. The same IR and library give the same bytes.
 * `names` adds what profilers call the functions. Throws `ModuleLimitError`.
 */
export function emitModule(
  ir: ModuleIr,
  library: RuntimeLibrary,
  { names: withNames = false }: { readonly names?: boolean } = {},
): Uint8Array<ArrayBuffer> {
  const part = libraryPart(ir, library);

  const types = createTypeTable();
  const functionIndices = new Map<string, number>();
  const results = new Map<string, FunctionSignature["result"]>();
  const imports: WasmImport[] = ir.imports.map(({ name, module, field, signature }, index) => {
    functionIndices.set(name, index);
    results.set(name, signature.result);
    return { module, field, external: { kind: "function", type: types.index(wasmType(signature)) } };
  });
  ir.functions.forEach((fn, index) => {
    functionIndices.set(fn.name, ir.imports.length + index);
    results.set(fn.name, fn.result);
  });
  const firstOfLibrary = ir.imports.length + ir.functions.length;
  const libraryIndices = new Map(part.functions.map((index, position) => [index, firstOfLibrary + position]));
  const faultFunction = functionIndices.get(FAULT_FUNCTION);
  if (faultFunction !== undefined) libraryIndices.set(library.faultIndex, faultFunction);

  const globals: WasmGlobal[] = [];
  const globalIndices = new Map<string, number>();
  const libraryGlobals = new Map<number, number>();
  for (const index of part.globals) {
    libraryGlobals.set(index, globals.length);
    globals.push(library.global(index));
  }
  for (const name of part.globalNames) globalIndices.set(name, lookUp(libraryGlobals, library.globalIndex(name), name));
  for (const { name, type, initial } of ir.globals) {
    globalIndices.set(name, globals.length);
    globals.push({ type, mutable: true, initial });
  }

  const names: NameTable = {
    functionIndex(name) {
      return functionIndices.get(name) ?? lookUp(libraryIndices, library.functionIndex(name), name);
    },
    functionResult(name) {
      return results.has(name) ? results.get(name) : library.signatures.get(name)?.result;
    },
    globalIndex(name) {
      return lookUp(globalIndices, name, name);
    },
    tagIndex(name) {
      return ir.tags.indexOf(name);
    },
  };
  const functions: WasmFunction[] = ir.functions.map((fn) => {
    const code = encodeFunction(fn, names);
    if (code.length > MAX_FUNCTION_BYTES) {
      throw new ModuleLimitError(
        `${fn.name} becomes ${code.length} bytes, engines take ${MAX_FUNCTION_BYTES}`,
        fn.name,
      );
    }
    return { type: types.index(wasmType(signatureOf(fn))), code };
  });
  for (const index of part.functions) {
    const { pieces, type } = library.function(index);
    const out = createByteWriter();
    for (const piece of pieces) {
      if (piece.kind === "bytes") out.bytes(piece.bytes);
      else if (piece.kind === "function") out.u32(lookUp(libraryIndices, piece.index, `#${piece.index}`));
      else out.u32(lookUp(libraryGlobals, piece.index, `global ${piece.index}`));
    }
    functions.push({ type: types.index(type), code: out.take() });
  }

  const exports: WasmExport[] = [
    { name: "memory", kind: "memory", index: 0 },
    ...ir.exports.map(({ name, function: callee }) => ({
      name,
      kind: "function" as const,
      index: lookUp(functionIndices, callee, callee),
    })),
  ];
  const tags = ir.tags.map(() => types.index({ params: ["i32"], results: [] }));
  const module: WasmModule = {
    types: types.all,
    imports,
    functions,
    memory: ir.memory,
    tags,
    globals,
    exports,
    data: [...part.data, ...ir.data].map(withoutZeros).filter(({ bytes }) => bytes.length > 0),
    customSections: withNames
      ? [
          ...ir.customSections,
          nameSection([
            ...ir.imports.map(({ name }) => name),
            ...ir.functions.map(({ name }) => name),
            ...part.functions.map((index) => library.functionName(index) ?? `runtime ${index}`),
          ]),
        ]
      : ir.customSections,
  };
  return writeModule(module);
}

/** What a module needs of the library: functions and globals that it names and does not define. */
export function libraryPart(
  ir: Pick<ModuleIr, "functions" | "imports" | "globals">,
  library: RuntimeLibrary,
): RuntimePart {
  const own = new Set([...ir.functions, ...ir.imports, ...ir.globals].map(({ name }) => name));
  const globals = new Set(ir.functions.flatMap((fn) => namesUsed(fn).globals));
  const outside = (names: Iterable<string>): readonly string[] => [...names].filter((name) => !own.has(name));
  return library.reach(outside(calledNames(ir.functions)), outside(globals));
}

/** Names of the functions called, without duplicates, in the order of their first call. */
export function calledNames(functions: readonly FunctionIr[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const fn of functions) for (const callee of namesUsed(fn).callees) names.add(callee);
  return names;
}

function lookUp<K>(indices: ReadonlyMap<K, number>, key: K, name: string): number {
  const index = indices.get(key);
  if (index === undefined) throw new InternalError(`nothing is linked as ${name}`);
  return index;
}

function signatureOf(fn: FunctionIr): FunctionSignature {
  return { params: fn.params.map(({ type }) => type), result: fn.result };
}

function wasmType({ params, result }: FunctionSignature): WasmFunctionType {
  return { params, results: result === undefined ? [] : [result] };
}

interface TypeTable {
  readonly all: readonly WasmFunctionType[];
  index(type: WasmFunctionType): number;
}

function createTypeTable(): TypeTable {
  const all: WasmFunctionType[] = [];
  const known = new Map<string, number>();
  const text = (list: readonly WasmValueType[]): string => list.join(",");
  return {
    all,
    index(type) {
      const key = `${text(type.params)}:${text(type.results)}`;
      const index = known.get(key) ?? all.push(type) - 1;
      known.set(key, index);
      return index;
    },
  };
}

/** Memory begins as zeros: what a segment ends with needs not be in the file. */
function withoutZeros<T extends { readonly address: number; readonly bytes: Uint8Array }>(segment: T): T {
  let start = 0;
  let end = segment.bytes.length;
  while (end > 0 && segment.bytes[end - 1] === 0) end--;
  while (start < end && segment.bytes[start] === 0) start++;
  return { ...segment, address: segment.address + start, bytes: segment.bytes.subarray(start, end) };
}
