import { InternalError } from "../diagnostics/internal-error.ts";
import type { FunctionSignature, NumericType } from "../function-ir/ops.ts";
import { type DecodedFunction, decodeFunction } from "../wasm/decode-function.ts";
import { readModule } from "../wasm/read-module.ts";
import type { WasmData, WasmFunctionType, WasmGlobal, WasmValueType } from "../wasm/wasm-module.ts";

/** The run-time library, taken apart so that a policy's module can carry just the functions that it reaches. */
export interface RuntimeLibrary {
  /** Exported functions by name. */
  readonly signatures: ReadonlyMap<string, FunctionSignature>;
  /** Exported globals by name. */
  readonly globals: ReadonlyMap<string, WasmGlobal>;
  /** First address behind the static data. */
  readonly staticEnd: number;
  /** What is reached from exported functions, with the exported globals that are used besides. */
  reach(functionNames: Iterable<string>, globalNames: Iterable<string>): RuntimePart;
  functionIndex(name: string): number;
  /** For people: the name under which it is exported, where it is. */
  functionName(index: number): string | undefined;
  globalIndex(name: string): number;
  function(index: number): RuntimeFunction;
  global(index: number): WasmGlobal;
  /** Index of the import that raises a fault, or -1. */
  readonly faultIndex: number;
}

export interface RuntimeFunction extends DecodedFunction {
  readonly type: WasmFunctionType;
}

/** Functions are in the library's order, by its indices; the import that raises a fault is not among them. */
export interface RuntimePart {
  readonly functions: readonly number[];
  readonly globals: readonly number[];
  readonly globalNames: ReadonlySet<string>;
  readonly data: readonly WasmData[];
  readonly faults: boolean;
}

export function readRuntimeLibrary(bytes: Uint8Array): RuntimeLibrary {
  const module = readModule(bytes);
  const imported = module.imports.filter(({ external }) => external.kind === "function");
  if (imported.length > 1 || imported.some(({ module: from, field }) => from !== "flyball" || field !== "fault")) {
    throw new InternalError("the run-time library may import no function but flyball.fault");
  }
  const faultIndex = imported.length === 1 ? 0 : -1;
  const decoded: (RuntimeFunction | undefined)[] = [];
  const exportedFunctions = new Map<string, number>();
  const signatures = new Map<string, FunctionSignature>();
  const globals = new Map<string, WasmGlobal>();
  const globalNames = new Map<number, string>();
  const globalIndices = new Map<string, number>();
  for (const { name, kind, index } of module.exports) {
    if (kind === "function") {
      exportedFunctions.set(name, index);
      signatures.set(name, signatureOf(typeOfFunction(index)));
    } else if (kind === "global") {
      globals.set(name, globalAt(index));
      globalNames.set(index, name);
      globalIndices.set(name, index);
    }
  }

  function typeOfFunction(index: number): WasmFunctionType {
    const type = module.types[module.functions[index - imported.length]?.type ?? -1];
    if (type === undefined) throw new InternalError(`the run-time library has no function ${index}`);
    return type;
  }

  function globalAt(index: number): WasmGlobal {
    const global = module.globals[index];
    if (global === undefined) throw new InternalError(`the run-time library has no global ${index}`);
    return global;
  }

  function functionAt(index: number): RuntimeFunction {
    const known = decoded[index];
    if (known !== undefined) return known;
    const source = module.functions[index - imported.length];
    if (source === undefined) throw new InternalError(`the run-time library has no function ${index}`);
    const made = { ...decodeFunction(source.code), type: typeOfFunction(index) };
    decoded[index] = made;
    return made;
  }

  function functionIndex(name: string): number {
    const index = exportedFunctions.get(name);
    if (index === undefined) throw new InternalError(`the run-time library has no function ${name}`);
    return index;
  }

  function globalIndex(name: string): number {
    const index = globalIndices.get(name);
    if (index === undefined) throw new InternalError(`the run-time library has no global ${name}`);
    return index;
  }

  function reach(names: Iterable<string>, extraGlobals: Iterable<string>): RuntimePart {
    const functions = new Set<number>();
    const usedGlobals = new Set<number>(Array.from(extraGlobals, globalIndex));
    const usedData = new Set<WasmData>();
    const open = Array.from(names, functionIndex);
    for (let index = open.pop(); index !== undefined; index = open.pop()) {
      if (functions.has(index)) continue;
      functions.add(index);
      if (index === faultIndex) continue;
      const { pieces, constants } = functionAt(index);
      for (const piece of pieces) {
        if (piece.kind === "function") open.push(piece.index);
        else if (piece.kind === "global") usedGlobals.add(piece.index);
      }
      for (const constant of constants) {
        const segment = segmentAt(constant);
        if (segment !== undefined) usedData.add(segment);
      }
    }
    const faults = functions.delete(faultIndex);
    const indices = [...usedGlobals].sort((a, b) => a - b);
    return {
      functions: [...functions].sort((a, b) => a - b),
      globals: indices,
      globalNames: new Set(indices.map((index) => globalNames.get(index)).filter((name) => name !== undefined)),
      data: sortedData.filter((segment) => usedData.has(segment)),
      faults,
    };
  }

  const exportedNames = new Map(Array.from(exportedFunctions, ([name, index]) => [index, name]));
  const sortedData = [...module.data].sort((a, b) => a.address - b.address);
  const staticEnd = sortedData.reduce((end, { address, bytes: { length } }) => Math.max(end, address + length), 0);

  /** The segment that an address lies in. Halving: a function may have thousands of constants. */
  function segmentAt(address: number): WasmData | undefined {
    let low = 0;
    let high = sortedData.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const segment = sortedData[middle];
      if (segment === undefined) return undefined;
      if (address < segment.address) high = middle;
      else if (address >= segment.address + segment.bytes.length) low = middle + 1;
      else return segment;
    }
    return undefined;
  }

  return {
    signatures,
    globals,
    staticEnd,
    reach,
    functionIndex,
    functionName: (index) => exportedNames.get(index),
    globalIndex,
    function: functionAt,
    faultIndex,
    global: globalAt,
  };
}

function signatureOf(type: WasmFunctionType): FunctionSignature {
  const [result] = type.results;
  return { params: type.params.map(numeric), result: result === undefined ? undefined : numeric(result) };
}

function numeric(type: WasmValueType): NumericType {
  if (type === "f32") throw new InternalError("the run-time library exports a function of 32-bit floats");
  return type;
}
