import { SORTED } from "@flyball/engine/abi";
import { compareValues } from "@flyball/engine/values";
import {
  binary,
  call,
  drop,
  getLocal,
  i32,
  i64,
  not,
  setLocal,
  store,
  teeLocal,
  unary,
  when,
} from "../function-ir/build-ops.ts";
import type { Op } from "../function-ir/ops.ts";
import type { LocalId, PlanStatement } from "../plan/query-plan.ts";
import {
  assign,
  conflictOps,
  emit,
  type FunctionScope,
  noteRead,
  type ReadOperand,
  read,
  readAll,
} from "./function-scope.ts";
import { FIRST_OBJECT, Kind, UNDEFINED } from "./value-bits.ts";
import { addressOf } from "./value-ops.ts";

type CollectionStatement = Extract<
  PlanStatement,
  { kind: "make-array" | "make-set" | "make-object" | "new" | "append" | "add" | "insert" | "insert-at" }
>;

/** Composites: in one go from their parts, or step by step in a local. */
export function lowerCollection(scope: FunctionScope, statement: CollectionStatement): void {
  switch (statement.kind) {
    case "make-array":
      makeArray(scope, statement);
      return;
    case "make-set":
      makeSet(scope, statement);
      return;
    case "make-object":
      makeObject(scope, statement);
      return;
    case "new":
      makeEmpty(scope, statement);
      return;
    case "append": {
      const value = read(scope, statement.value);
      if (value === undefined) return;
      emit(scope, call("array_append", unary("i32.wrap_i64", owned(scope, statement.target)), value.op));
      return;
    }
    case "add": {
      const value = read(scope, statement.value);
      if (value === undefined) return;
      emit(scope, drop(call("set_add", owned(scope, statement.target), value.op)));
      return;
    }
    case "insert": {
      const parts = readAll(scope, [statement.key, statement.value]);
      if (parts?.[0] === undefined || parts[1] === undefined) return;
      const inserted = call("object_insert", owned(scope, statement.target), parts[0].op, parts[1].op);
      emit(scope, when(not(inserted), conflictOps(scope.module.site(statement.site))));
      return;
    }
    case "insert-at":
      insertAt(scope, statement);
      return;
  }
}

/** A collection under construction, in its local. */
function owned(scope: FunctionScope, target: LocalId): Op {
  noteRead(scope, target);
  return getLocal(scope.localName(target));
}

function makeArray(scope: FunctionScope, statement: Extract<PlanStatement, { kind: "make-array" }>): void {
  const items = readAll(scope, statement.items);
  if (items === undefined) return;
  if (items.length === 0) {
    assignConstant(scope, statement.target, []);
    return;
  }
  scope.withTemp("i64", (array) => {
    emit(scope, setLocal(array, call("array_new", i32(items.length))));
    items.forEach(({ op }, index) => {
      emit(
        scope,
        store({ operator: "i64.store", address: addressOf(getLocal(array)), value: op, offset: 8 + 8 * index }),
      );
    });
    assign(scope, statement.target, { op: getLocal(array), kinds: Kind.array });
  });
}

function makeSet(scope: FunctionScope, statement: Extract<PlanStatement, { kind: "make-set" }>): void {
  const items = readAll(scope, statement.items);
  if (items === undefined) return;
  if (items.length === 0) {
    assignConstant(scope, statement.target, new Set());
    return;
  }
  scope.withTemp("i64", (set) => {
    emit(scope, setLocal(set, call("set_new", i32(items.length))));
    for (const { op } of items) emit(scope, drop(call("set_add", getLocal(set), op)));
    assign(scope, statement.target, { op: getLocal(set), kinds: Kind.set });
  });
}

function makeObject(scope: FunctionScope, statement: Extract<PlanStatement, { kind: "make-object" }>): void {
  if (statement.entries.length === 0) {
    assignConstant(scope, statement.target, {});
    return;
  }
  const entries: (readonly [ReadOperand, ReadOperand])[] = [];
  for (const [keyOperand, valueOperand] of statement.entries) {
    const key = read(scope, keyOperand);
    const value = key === undefined ? undefined : read(scope, valueOperand);
    if (key === undefined || value === undefined) return;
    entries.push([key, value]);
  }
  scope.withTemp("i64", (object) => {
    const sorted = sortedByConstantKey(entries);
    if (sorted !== undefined) emit(scope, ...writeSorted(object, sorted));
    else {
      emit(scope, setLocal(object, call("object_new", i32(entries.length))));
      const conflict = conflictOps(scope.module.site(statement.site));
      for (const [key, value] of entries) {
        emit(scope, when(not(call("object_insert", getLocal(object), key.op, value.op)), conflict));
      }
    }
    assign(scope, statement.target, { op: getLocal(object), kinds: Kind.object });
  });
}

type Entry = readonly [ReadOperand, ReadOperand];

/** The entries in the order of the object, where all keys are different constants. */
function sortedByConstantKey(entries: readonly Entry[]): readonly Entry[] | undefined {
  const bits = new Set(entries.map(([{ constant }]) => constant?.bits));
  if (bits.has(undefined) || bits.size < entries.length) return undefined;
  return [...entries].sort(([a], [b]) => compareValues(a.constant?.value ?? null, b.constant?.value ?? null));
}

/** The object's words as the ABI has them, its entries right behind its head. */
function writeSorted(object: string, entries: readonly Entry[]): readonly Op[] {
  const address = addressOf(getLocal(object));
  const word = (value: Op, offset: number): Op => store({ operator: "i32.store", address, value, offset });
  const allocated = unary("i64.extend_i32_u", call("alloc", i32(16 + 16 * entries.length)));
  return [
    setLocal(object, binary("i64.or", allocated, i64(FIRST_OBJECT))),
    word(i32(entries.length), 0),
    word(i32(SORTED), 4),
    word(binary("i32.add", address, i32(16)), 8),
    word(i32(0), 12),
    ...entries.flatMap(([key, value], index) => [
      store({ operator: "i64.store", address, value: key.op, offset: 16 + 16 * index }),
      store({ operator: "i64.store", address, value: value.op, offset: 24 + 16 * index }),
    ]),
  ];
}

function assignConstant(scope: FunctionScope, target: LocalId, value: [] | Set<never> | Record<string, never>): void {
  const { bits, kind } = scope.module.pool(value);
  assign(scope, target, { op: i64(bits), kinds: kind });
}

function makeEmpty(scope: FunctionScope, { target, form }: Extract<PlanStatement, { kind: "new" }>): void {
  const name = scope.localName(target);
  if (form === "array") emit(scope, setLocal(name, unary("i64.extend_i32_u", call("array_builder", i32(0)))));
  else emit(scope, setLocal(name, call(form === "set" ? "set_new" : "object_new", i32(0))));
  scope.flow.set(target, Kind[form]);
}

/** Goes down through objects made on the way. What is in the way is a conflict. */
function insertAt(scope: FunctionScope, statement: Extract<PlanStatement, { kind: "insert-at" }>): void {
  const keys = readAll(scope, statement.path);
  const value = keys === undefined ? undefined : read(scope, statement.value);
  if (keys === undefined || value === undefined) return;
  const conflict = conflictOps(scope.module.site(statement.site));
  const owner = owned(scope, statement.target);
  scope.withTemp("i64", (place) => {
    emit(scope, setLocal(place, owner));
    const descend = (callee: string, key: ReadOperand): void => {
      const child = teeLocal(place, call(callee, getLocal(place), key.op));
      emit(scope, when(binary("i64.eq", child, i64(UNDEFINED)), conflict));
    };
    const last = keys.at(-1);
    for (const key of keys.slice(0, -1)) descend("object_child", key);
    if (statement.leaf === "element") {
      if (last !== undefined) descend("object_child_set", last);
      emit(scope, drop(call("set_add", getLocal(place), value.op)));
    } else if (last !== undefined) {
      emit(scope, when(not(call("object_insert", getLocal(place), last.op, value.op)), conflict));
    }
  });
}
