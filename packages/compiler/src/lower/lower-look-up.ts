import {
  isArray,
  isMap,
  isObject,
  isSet,
  objectEntries,
  objectSize,
  type RegoValue,
  sortedElements,
} from "@flyball/engine/values";
import { lookUp as lookUpValue } from "../documents/look-up.ts";
import { binary, call, choose, i64 } from "../function-ir/build-ops.ts";
import type { Op } from "../function-ir/ops.ts";
import type { StaticValue } from "./constant-pool.ts";
import type { AssignedValue, FunctionScope, ReadOperand } from "./function-scope.ts";
import { distinctChoices, MAX_CHOICES } from "./kind-flow.ts";
import { whenString } from "./string-tests.ts";
import { ANY, COLLECTION, Kind, UNDEFINED } from "./value-bits.ts";

/** Strings that do not come from the constants are compared one by one: more of them are left to the run-time library. */
const MAX_STRING_KEYS = 4;

/** `source[key]`. In small constants by comparing the key with theirs, so that the outcome is known to be one of a few constants; else in the run-time library. */
export function lookUp(scope: FunctionScope, source: ReadOperand, key: ReadOperand): AssignedValue {
  const known = lookUpConstant(scope, source, key);
  if (known !== undefined) return known;
  const callee =
    key.constant?.kind === Kind.string ? "property" : key.kinds === Kind.string ? "value_get_string" : "value_get";
  const kinds = source.choices?.length === 1 && holdsIntegers(source.choices[0]?.value) ? Kind.double : ANY;
  return { op: call(callee, source.op, key.op), kinds: kinds | Kind.undefined };
}

/** The same in a base document, where numbers and strings of digits also select as each other. */
export function lookUpBase(source: ReadOperand, key: ReadOperand): AssignedValue {
  return { op: call("value_get_base", source.op, key.op), kinds: ANY | Kind.undefined };
}

const integerTables = new WeakMap<object, boolean>();

/** Whether a constant is an object with nothing but safe integers, as are the positions of a rule's clauses. */
function holdsIntegers(source: RegoValue | undefined): boolean {
  if (source === undefined || !isObject(source)) return false;
  const known = integerTables.get(source);
  if (known !== undefined) return known;
  const values = isMap(source) ? [...source.values()] : Object.values(source);
  const holds = values.every(Number.isSafeInteger);
  integerTables.set(source, holds);
  return holds;
}

interface Entry {
  readonly key: StaticValue;
  readonly value: StaticValue;
}

function lookUpConstant(scope: FunctionScope, source: ReadOperand, key: ReadOperand): AssignedValue | undefined {
  const tables: (readonly Entry[])[] = [];
  for (const choice of source.choices ?? []) {
    const entries = entriesOf(scope, choice, key);
    if (entries === undefined) return undefined;
    tables.push(entries);
  }
  const entries = tables.flat();
  if (tables.length === 0 || (entries.length > MAX_CHOICES && key.constant === undefined)) return undefined;
  const found = tables.map((table) => (key.constant === undefined ? chosen(table, key) : constantOf(table[0])));
  const misses = key.constant === undefined || tables.some((table) => table.length === 0);
  return {
    op: found.reduceRight((rest, op, index) => {
      const choice = source.choices?.[index];
      if (choice === undefined) return rest;
      return choose({ result: "i64", condition: binary("i64.eq", source.op, i64(choice.bits)), then: op, else: rest });
    }),
    kinds: entries.reduce((kinds, { value }) => kinds | value.kind, misses ? Kind.undefined : 0),
    choices: distinctChoices(entries.map(({ value }) => value)),
  };
}

function constantOf(entry: Entry | undefined): Op {
  return i64(entry === undefined ? UNDEFINED : entry.value.bits);
}

/** The entries that the key may select; undefined where they are too many or their keys are composites. */
function entriesOf(
  scope: FunctionScope,
  { value: source }: StaticValue,
  key: ReadOperand,
): readonly Entry[] | undefined {
  const entry = (entryKey: StaticValue["value"], value: StaticValue["value"]): Entry => ({
    key: scope.module.pool(entryKey),
    value: scope.module.pool(value),
  });
  if (key.constant !== undefined) {
    const value = lookUpValue(source, key.constant.value);
    return value === undefined ? [] : [entry(key.constant.value, value)];
  }
  let entries: readonly Entry[] = [];
  if (isArray(source)) {
    if (source.length > MAX_CHOICES) return undefined;
    entries = source.map((value, index) => entry(index, value));
  } else if (isSet(source)) {
    if (source.size > MAX_CHOICES) return undefined;
    entries = sortedElements(source).map((element) => entry(element, element));
  } else if (isObject(source)) {
    if (objectSize(source) > MAX_CHOICES) return undefined;
    entries = [...objectEntries(source)].map(([entryKey, value]) => entry(entryKey, value));
  }
  const possible = entries.filter((each) => (each.key.kind & key.kinds) !== 0);
  const strings = possible.filter((each) => each.key.kind === Kind.string);
  const composite = possible.some((each) => (each.key.kind & (COLLECTION | Kind.bigNumber)) !== 0);
  return composite || (strings.length > MAX_STRING_KEYS && !key.interned) ? undefined : possible;
}

function chosen(entries: readonly Entry[], key: ReadOperand): Op {
  const strings = entries.filter((entry) => entry.key.kind === Kind.string);
  const otherwise = whenString({
    value: key,
    cases: strings.map((entry) => ({ text: entry.key, then: i64(entry.value.bits) })),
    otherwise: i64(UNDEFINED),
    result: "i64",
  });
  return entries.reduceRight(
    (rest, entry) =>
      choose({
        result: "i64",
        condition: binary("i64.eq", key.op, i64(entry.key.bits)),
        then: i64(entry.value.bits),
        else: rest,
      }),
    otherwise,
  );
}
