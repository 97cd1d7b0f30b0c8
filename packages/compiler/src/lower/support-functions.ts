import { Control, Status, Tag } from "@flyball/engine/abi";
import {
  binary,
  block,
  br,
  brIf,
  call,
  clearMemory,
  getGlobal,
  getLocal,
  i32,
  i64,
  load,
  loop,
  not,
  returnOp,
  setGlobal,
  setLocal,
  store,
  teeLocal,
  throwTag,
  tryCatch,
  when,
} from "../function-ir/build-ops.ts";
import type { FunctionIr, Op } from "../function-ir/ops.ts";
import { FAULT_FUNCTION } from "../link/emit-module.ts";
import { EPOCH, LAST_EPOCH } from "./lower-with.ts";
import type { MemoryLayout } from "./memory-layout.ts";
import { UNDEFINED } from "./value-bits.ts";
import { addressOf, countOf, hasTag } from "./value-ops.ts";

/** Functions that every module may call: they are left out where nobody does. */

export const FAULT_TAG = "fault";

const base = i32(0);

function word(address: number): Op {
  return load("i32.load", base, address);
}

function setWord(address: number, value: Op): Op {
  return store({ operator: "i32.store", address: base, value, offset: address });
}

/** Ends the evaluation with a status. */
export const faultFunction: FunctionIr = {
  name: FAULT_FUNCTION,
  params: [{ name: "status", type: "i32" }],
  result: undefined,
  locals: [],
  body: [throwTag(FAULT_TAG, getLocal("status"))],
};

export const conflictFunction: FunctionIr = {
  name: "conflict",
  params: [{ name: "site", type: "i32" }],
  result: undefined,
  locals: [],
  body: [setWord(Control.faultSite, getLocal("site")), call(FAULT_FUNCTION, i32(Status.policyConflict))],
};

export const outOfFuelFunction: FunctionIr = {
  name: "out_of_fuel",
  params: [],
  result: undefined,
  locals: [],
  body: [setGlobal("fuel", i32(0)), call(FAULT_FUNCTION, i32(Status.fuelExhausted))],
};

/** Objects with more entries have an index, or are searched by halving. */
const FEW_ENTRIES = 8;

/**
 * `object.key` for a constant key. Keys that a host or the policy took from the constants have the constant's bits, so they are found without comparing texts; any other key is left to the library.
 */
export const propertyFunction: FunctionIr = {
  name: "property",
  params: [
    { name: "object", type: "i64" },
    { name: "key", type: "i64" },
  ],
  result: "i64",
  locals: [
    { name: "place", type: "i32" },
    { name: "end", type: "i32" },
  ],
  body: [
    block("library", [
      brIf("library", not(hasTag(getLocal("object"), Tag.object))),
      brIf("library", binary("i32.gt_u", teeLocal("end", countOf(getLocal("object"))), i32(FEW_ENTRIES))),
      setLocal("place", load("i32.load", addressOf(getLocal("object")), 8)),
      setLocal("end", binary("i32.add", getLocal("place"), binary("i32.shl", getLocal("end"), i32(4)))),
      loop("entries", [
        brIf("library", binary("i32.ge_u", getLocal("place"), getLocal("end"))),
        when(binary("i64.eq", load("i64.load", getLocal("place")), getLocal("key")), [
          returnOp(load("i64.load", getLocal("place"), 8)),
        ]),
        setLocal("place", binary("i32.add", getLocal("place"), i32(16))),
        br("entries"),
      ]),
    ]),
    call("value_get_string", getLocal("object"), getLocal("key")),
  ],
};

/** Epochs are handed out one by one. Far from the end of their 32 bits the cells are cleared and they begin again: between that and the end lie more than an evaluation can use up. */
const LAST_START = 0x4000_0000;

export interface EntrypointParts {
  readonly name: string;
  readonly callee: string;
  readonly layout: MemoryLayout;
  /** Globals of the library that the module uses. */
  readonly globals: ReadonlySet<string>;
  readonly usesEpoch: boolean;
  readonly mayFault: boolean;
  /** Whether data slots may be left changed by a fault. */
  readonly restoresData: boolean;
}

/** What a module exports for an entrypoint: docs/reference/abi.md, "Calls". */
export function entrypointFunction(parts: EntrypointParts): FunctionIr {
  const { globals, layout } = parts;
  const take = (name: string, value: Op): readonly Op[] => (globals.has(name) ? [setGlobal(name, value)] : []);
  const give = (name: string, address: number): readonly Op[] =>
    globals.has(name) ? [setWord(address, getGlobal(name))] : [];
  const run: readonly Op[] = [
    store({ operator: "i64.store", address: base, value: call(parts.callee), offset: Control.result }),
    setLocal("status", binary("i64.eq", load("i64.load", base, Control.result), i64(UNDEFINED))),
  ];
  const handler: readonly Op[] = [
    // Only conflicts and built-ins have a place.
    when(
      binary(
        "i32.lt_u",
        binary("i32.sub", getLocal("status"), i32(Status.fuelExhausted)),
        i32(Status.builtinError - Status.fuelExhausted),
      ),
      [setWord(Control.faultSite, i32(-1))],
    ),
    ...(parts.restoresData ? [call("restore_data")] : []),
  ];
  return {
    name: parts.name,
    params: [{ name: "limit", type: "i32" }],
    result: "i32",
    locals: [{ name: "status", type: "i32" }],
    body: [
      ...take("heap", word(Control.heapTop)),
      ...take("heapLimit", word(Control.heapLimit)),
      ...take("fuel", getLocal("limit")),
      ...take("depth", i32(0)),
      ...take("depthLimit", word(Control.depthLimit)),
      ...take("strict", word(Control.strict)),
      ...(parts.usesEpoch ? nextEpoch(layout) : []),
      ...(parts.mayFault ? [tryCatch({ body: run, tag: FAULT_TAG, caught: "status", handler })] : run),
      ...(globals.has("fuel") ? [] : [setWord(Control.fuel, getLocal("limit"))]),
      ...give("fuel", Control.fuel),
      ...give("heap", Control.heapTop),
      ...give("depth", Control.depth),
      ...(parts.usesEpoch ? [setWord(Control.epoch, getGlobal(LAST_EPOCH))] : []),
      getLocal("status"),
    ],
  };
}

function nextEpoch(layout: MemoryLayout): readonly Op[] {
  return [
    when(binary("i32.ge_u", getGlobal(LAST_EPOCH), i32(LAST_START)), [
      clearMemory(i32(layout.cells), i32(layout.cellsEnd - layout.cells)),
      setGlobal(LAST_EPOCH, i32(0)),
    ]),
    setGlobal(LAST_EPOCH, binary("i32.add", getGlobal(LAST_EPOCH), i32(1))),
    setGlobal(EPOCH, getGlobal(LAST_EPOCH)),
    setWord(Control.epochStart, getGlobal(EPOCH)),
  ];
}

/** Puts the data slots back to what the host wrote. */
export function restoreDataFunction(layout: MemoryLayout, slots: number): FunctionIr {
  return {
    name: "restore_data",
    params: [],
    result: undefined,
    locals: [],
    body: copySlots(layout.dataCopies, layout.dataSlots, slots),
  };
}

/**
 * The host wrote the data slots: prepares the documents for being searched and keeps a copy of the slots where they are changed at times. Answers a status, as entrypoints do.
 */
export function dataChangedFunction(layout: MemoryLayout, slots: number, copies: boolean): FunctionIr {
  const slot = (index: number): Op => load("i64.load", i32(layout.dataSlots + 8 * index));
  const prepare = Array.from({ length: slots }, (_, index) =>
    when(binary("i64.ne", slot(index), i64(UNDEFINED)), [call("value_prepare", slot(index))]),
  );
  return {
    name: "data_changed",
    params: [],
    result: "i32",
    locals: [{ name: "status", type: "i32" }],
    body: [
      setGlobal("heap", word(Control.heapBase)),
      setGlobal("heapLimit", word(Control.heapLimit)),
      setGlobal("depth", i32(0)),
      setGlobal("depthLimit", word(Control.depthLimit)),
      tryCatch({ body: prepare, tag: FAULT_TAG, caught: "status", handler: [returnOp(getLocal("status"))] }),
      setWord(Control.heapBase, getGlobal("heap")),
      setWord(Control.heapTop, getGlobal("heap")),
      ...(copies ? copySlots(layout.dataSlots, layout.dataCopies, slots) : []),
      i32(0),
    ],
  };
}

function copySlots(from: number, to: number, count: number): readonly Op[] {
  return Array.from({ length: count }, (_, index) =>
    store({
      operator: "i64.store",
      address: i32(to + 8 * index),
      value: load("i64.load", i32(from + 8 * index)),
    }),
  );
}
