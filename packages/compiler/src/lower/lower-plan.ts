import { DATA_CHANGED_EXPORT, type RowTable } from "@flyball/engine/abi";
import { InternalError } from "../diagnostics/internal-error.ts";
import type { FunctionIr, GlobalIr, ModuleIr } from "../function-ir/ops.ts";
import { FAULT_FUNCTION } from "../link/emit-module.ts";
import { ModuleLimitError } from "../link/module-limit-error.ts";
import type { RuntimeLibrary } from "../link/runtime-library.ts";
import type { FunctionId, PathKey, QueryPlan } from "../plan/query-plan.ts";
import { RESERVED_DOCUMENT } from "../plan/rule-tree.ts";
import { visitStatements } from "../plan/visit-statements.ts";
import { createBuiltinTargets } from "./builtin-targets.ts";
import { type CallGraph, callGraph } from "./call-graph.ts";
import { type ConstantPool, createConstantPool, type StaticValue } from "./constant-pool.ts";
import type { ConstantSlots } from "./constant-slots.ts";
import { documentSlots } from "./document-slots.ts";
import { fuelBounds, SMALLEST_LIMIT } from "./fuel-bound.ts";
import type { Knowledge } from "./kind-flow.ts";
import { CLOCK_BUILTIN } from "./lower-builtin.ts";
import { lowerFunction } from "./lower-function.ts";
import { EPOCH, LAST_EPOCH } from "./lower-with.ts";
import type { LoweredModule, LoweredSlots } from "./lowered-module.ts";
import { MEMO_BYTES, memoryLayout, TRACE_BYTES } from "./memory-layout.ts";
import type { ModuleScope } from "./module-scope.ts";
import {
  conflictFunction,
  dataChangedFunction,
  entrypointFunction,
  FAULT_TAG,
  faultFunction,
  outOfFuelFunction,
  propertyFunction,
  restoreDataFunction,
} from "./support-functions.ts";
import { ANY, Kind } from "./value-bits.ts";
import { type Linked, withSupport } from "./with-support.ts";

export interface LowerOptions {
  readonly library: RuntimeLibrary;
  /** One slot for each part of the documents that is read, or one for all of each. Both give the same answers. */
  readonly frame: boolean;
  /** False: nothing generated counts its steps, whatever it may cost. Default true. */
  readonly counting?: boolean;
  readonly maxPages: number;
}

/**
 * Query plan in, function IR out: values become 64-bit words, documents become slots, failure becomes branches. What is constant is laid out in memory here, and so is
 * everything else that has an address. Nothing of Rego is decided here any more. Throws `ModuleLimitError`.
 */
export function lowerPlan(plan: QueryPlan, options: LowerOptions): LoweredModule {
  const { library } = options;
  const graph = callGraph(plan);
  const documents = documentSlots(plan, graph, options);
  const { input, data, changesData } = documents;
  const layout = memoryLayout({
    start: library.staticEnd,
    inputSlots: input.paths.length,
    dataSlots: data.paths.length,
    copiesData: changesData,
    memos: graph.memoized.size,
    traces: plan.rules.length,
  });
  const pool = createConstantPool(layout.constants);
  const builtins = createBuiltinTargets(library.signatures);
  const names = functionNames(plan);
  const results = new Map<FunctionId, Knowledge>();
  const memos = new Map([...graph.memoized].map((id, index) => [id, layout.cells + MEMO_BYTES * index]));
  const traces = plan.rules.map((_, rule) => layout.cells + MEMO_BYTES * memos.size + TRACE_BYTES * rule);
  const constants: StaticValue[] = [];

  const scope: Omit<ModuleScope, "metered"> = {
    constant(id) {
      const value = plan.constants[id];
      if (value === undefined) throw new InternalError(`the plan has no constant ${id}`);
      constants[id] ??= pool.add(value);
      return constants[id];
    },
    pool: (value) => pool.add(value),
    functionName: (id) => names[id] ?? "",
    result: (id) => results.get(id) ?? ANYTHING,
    memoAddress: (id) => memos.get(id),
    input: (path) => documents.access("input", path, { layout, pool }),
    data: (path) => documents.access("data", path, { layout, pool }),
    affectedSlots: (change) => documents.affected(change, { layout, pool }),
    isThrough: documents.constant.isThrough,
    rowsOf: documents.rows.rowsOf,
    placeOf: documents.rows.placeOf,
    traceAddress: (rule) => traces[rule] ?? 0,
    site: (id) => id,
    builtin: (name, arity) => builtins.target(name, arity),
  };
  const { functions, boundOf } = lowerFunctions(
    { plan, graph, pool, results, counting: options.counting ?? true },
    scope,
  );
  const initialData = wordBytes(documents.initialData(pool));
  for (const text of documents.comparedStrings) pool.add(text);
  const otherString = addOtherString(pool);

  const dataChanged =
    data.paths.length > 0 && plan.data === undefined
      ? [dataChangedFunction(layout, data.paths.length, changesData)]
      : [];
  const support = [
    ...builtins.functions,
    outOfFuelFunction,
    conflictFunction,
    faultFunction,
    propertyFunction,
    restoreDataFunction(layout, data.paths.length),
  ];
  const globals: readonly GlobalIr[] = [EPOCH, LAST_EPOCH].map((name) => ({ name, type: "i32", initial: 0 }));
  const link = (roots: readonly FunctionIr[]): Linked =>
    withSupport({ roots, support, imports: builtins.imports, globals, library });
  const inner = link([...functions, ...dataChanged]);
  const mayFault = inner.functions.some(({ name }) => name === FAULT_FUNCTION);
  const usesEpoch = inner.globals.has(EPOCH);
  const entrypoints = plan.entrypoints.map((entrypoint, index) =>
    entrypointFunction({
      name: `export ${index}`,
      callee: scope.functionName(entrypoint.function),
      layout,
      globals: inner.globals,
      usesEpoch,
      mayFault,
      restoresData: changesData,
    }),
  );

  const minPages = Math.ceil(pool.end / PAGE) + 1;
  if (minPages > options.maxPages) {
    throw new ModuleLimitError(
      `constants and base documents need ${minPages} pages of memory, the module may have ${options.maxPages}`,
    );
  }
  const ir: ModuleIr = {
    imports: builtins.imports,
    functions: link([...entrypoints, ...functions, ...dataChanged]).functions,
    globals: usesEpoch ? globals : [],
    tags: mayFault ? [FAULT_TAG] : [],
    exports: [
      ...entrypoints.map(({ name }, index) => ({ name: `e${index}`, function: name })),
      ...dataChanged.map(({ name }) => ({ name: DATA_CHANGED_EXPORT, function: name })),
    ],
    memory: { minPages, maxPages: options.maxPages },
    data: [
      { address: layout.dataSlots, bytes: initialData },
      ...(changesData ? [{ address: layout.dataCopies, bytes: initialData }] : []),
      { address: layout.constants, bytes: pool.bytes },
    ],
    customSections: [],
  };
  const frameSlots = numbered(input.paths, documents.constant, documents.rows.tables);
  const builtinsOf = builtinUse(plan);
  const hosted = new Set(builtins.host.map(({ name }) => name));
  return {
    ir,
    heapStart: pool.end,
    constants: { start: layout.constants, end: pool.end },
    frame: { address: layout.frame, slots: frameSlots },
    data: {
      address: layout.dataSlots,
      slots:
        dataChanged.length === 0
          ? []
          : numbered(data.paths, { slots: new Set(), through: new Map() }, new Map()).filter(
              ({ path }) => path[0] !== RESERVED_DOCUMENT,
            ),
    },
    strings: pool.strings,
    comparedStrings: documents.comparedStrings,
    comparedWith: new Map<object, ReadonlySet<string>>([
      ...documents.rows.compared,
      ...frameSlots.flatMap((slot) => {
        const texts = documents.constant.compared.get(slot.slot);
        return texts === undefined ? [] : [[slot, texts] as const];
      }),
    ]),
    otherString: Number(otherString.bits & 0xffff_ffffn),
    entrypoints: plan.entrypoints.map((entrypoint, index) => {
      const reached = graph.closure([entrypoint.function]);
      const used = builtinsOf(reached);
      return {
        name: entrypoint.name,
        export: `e${index}`,
        slots: [...documents.visibility.ofFunctions(reached).input].sort((a, b) => a - b),
        bound: boundOf(entrypoint.function),
        builtins: [...used].filter((name) => hosted.has(name)),
        clock: used.has(CLOCK_BUILTIN),
      };
    }),
    builtins: builtins.host,
    traces,
  };
}

/**
 * Lowers all functions, callees first, so that callers know what they may answer. Where no entrypoint can spend as much as the smallest limit nobody counts.
 */
function lowerFunctions(
  parts: {
    readonly plan: QueryPlan;
    readonly graph: CallGraph;
    readonly pool: ConstantPool;
    readonly results: Map<FunctionId, Knowledge>;
    readonly counting: boolean;
  },
  scope: Omit<ModuleScope, "metered">,
): { readonly functions: readonly FunctionIr[]; readonly boundOf: (id: FunctionId) => number | undefined } {
  const { plan, graph, pool, results, counting } = parts;
  const lowerAll = (metered: boolean): readonly FunctionIr[] => {
    const lowered = new Map<FunctionId, FunctionIr>();
    for (const fn of graph.calleesFirst) {
      const { ir, result } = lowerFunction({ ...scope, metered }, fn);
      lowered.set(fn.id, ir);
      results.set(fn.id, result);
    }
    return graph.reached.map(({ id }) => lowered.get(id)).filter((fn) => fn !== undefined);
  };
  const metered = lowerAll(true);
  const bounds = fuelBounds(metered, pool);
  const boundOf = (id: FunctionId): number | undefined => bounds.of(scope.functionName(id));
  const neverExhausted = plan.entrypoints.every(({ function: id }) => (boundOf(id) ?? SMALLEST_LIMIT) < SMALLEST_LIMIT);
  return { functions: neverExhausted || !counting ? lowerAll(false) : metered, boundOf };
}

const PAGE = 65_536;

/** A string that stands for every one that no constant is equal to: the last to be added. */
function addOtherString(pool: ConstantPool): StaticValue {
  let text = "\u{10FFFF}another string";
  while (pool.strings.has(text)) text += "+";
  return pool.add(text);
}

const ANYTHING: Knowledge = { kinds: ANY | Kind.undefined, choices: undefined, interned: false };

function numbered(
  paths: readonly (readonly PathKey[])[],
  constant: Pick<ConstantSlots, "slots" | "through">,
  tables: ReadonlyMap<number, RowTable>,
): LoweredSlots["slots"] {
  return paths.map((path, slot) => {
    const rows = tables.get(slot);
    if (rows !== undefined) return { path, slot, as: "rows", rows };
    if (!constant.slots.has(slot)) return { path, slot, as: "value" };
    const through = constant.through.get(slot);
    return { path, slot, as: "constant", ...(through === undefined ? {} : { through }) };
  });
}

/** Names for people, each once. */
function functionNames(plan: QueryPlan): readonly string[] {
  const known = new Set<string>();
  return plan.functions.map(({ id, name }) => {
    let unique = name;
    while (known.has(unique)) unique += `#${id}`;
    known.add(unique);
    return unique;
  });
}

/** Answers the built-ins that functions call themselves. */
function builtinUse(plan: QueryPlan): (functions: Iterable<FunctionId>) => ReadonlySet<string> {
  const own = plan.functions.map(({ body }) => {
    const names = new Set<string>();
    visitStatements(body, (statement) => {
      if (statement.kind === "builtin") names.add(statement.name);
    });
    return names;
  });
  return (functions) => new Set([...functions].flatMap((id) => [...(own[id] ?? [])]));
}

function wordBytes(words: readonly bigint[]): Uint8Array {
  const bytes = new Uint8Array(8 * words.length);
  const view = new DataView(bytes.buffer);
  words.forEach((word, index) => {
    view.setBigUint64(8 * index, word, true);
  });
  return bytes;
}
