import type { TextFunction } from "@flyball/engine/abi";
import { isArray, isObject, isSet, objectEntries, type RegoValue, typeName } from "@flyball/engine/values";
import type { FunctionId, FunctionPlan, LocalId, Operand, PlanStatement, QueryPlan } from "../plan/query-plan.ts";
import { assignedBy, operandsOf, visitStatements } from "../plan/visit-statements.ts";
import { type DocumentUse, pathsOverlap, type ReadSet } from "./read-set.ts";

/** Slots of the input whose values are only ever compared with constants: the host writes a string that is none of them as one that stands for all others. */
export interface ConstantSlots {
  readonly slots: ReadonlySet<number>;
  /** The constant strings with which they are compared, by slot: a host must know the address of each. */
  readonly compared: ReadonlyMap<number, ReadonlySet<string>>;
  /** Slots of which not the text is compared, but what a function makes of it. */
  readonly through: ReadonlyMap<number, TextFunction>;
  /** Whether a local holds the value of such slots. */
  readonly isThrough: (fn: FunctionId, local: LocalId) => boolean;
}

/**
 * Follows what is read from a slot within the function that reads it. A use that looks at more than the kind, the bits of a scalar, or the order against something that is no string needs the value; so does
 * a slot that a `with` rewrites, since what is written there comes from the policy.
 */
export function constantSlots(
  plan: QueryPlan,
  functions: readonly FunctionPlan[],
  { input, use }: { readonly input: ReadSet; readonly use: DocumentUse },
): ConstantSlots {
  const strings = new Map<number, Set<string>>(input.paths.map((_, slot) => [slot, new Set()]));
  const through = new Map<number, TextFunction>();
  /** Slots whose own texts are compared. */
  const plain = new Set<number>();
  const holdersOf = new Map<FunctionId, ReadonlyMap<LocalId, ReadonlySet<number>>>();
  const giveUp = (slot: number): void => {
    strings.delete(slot);
  };
  input.paths.forEach((path, slot) => {
    if (use.replaced.some((other) => pathsOverlap(path, other))) giveUp(slot);
  });
  for (const fn of functions) {
    const holders = slotHolders(fn, input, giveUp);
    const made = madeTexts(fn, holders, giveUp);
    holdersOf.set(fn.id, holders);
    visitStatements(fn.body, (statement) => {
      const name = textFunction(statement);
      for (const slot of slotsIn(statement, holders)) {
        if (name !== undefined) {
          if ((through.get(slot) ?? name) !== name) giveUp(slot);
          through.set(slot, name);
          continue;
        }
        const compared = comparedStrings(plan, statement, (local) => holders.get(local)?.has(slot) === true);
        if (compared === undefined) giveUp(slot);
        else if (compared.length > 0) plain.add(slot);
        for (const text of compared ?? []) strings.get(slot)?.add(text);
      }
      for (const slot of slotsIn(statement, made)) {
        const compared = comparedStrings(plan, statement, (local) => made.get(local)?.has(slot) === true);
        if (compared === undefined) giveUp(slot);
        for (const text of compared ?? []) strings.get(slot)?.add(text);
      }
    });
  }
  for (const slot of through.keys()) {
    if (plain.has(slot)) giveUp(slot);
    if (!strings.has(slot)) through.delete(slot);
  }
  return {
    slots: new Set(strings.keys()),
    compared: strings,
    through,
    isThrough(fn, local) {
      const slots = holdersOf.get(fn)?.get(local);
      return slots !== undefined && slots.size > 0 && [...slots].every((slot) => through.has(slot));
    },
  };
}

/** The function of a text that a statement applies, if it is one that a host can apply. */
function textFunction(statement: PlanStatement): TextFunction | undefined {
  if (statement.kind !== "builtin" || statement.args.length !== 1) return undefined;
  return statement.name === "upper" || statement.name === "lower" ? statement.name : undefined;
}

function slotsIn(statement: PlanStatement, holders: ReadonlyMap<LocalId, ReadonlySet<number>>): ReadonlySet<number> {
  const slots = new Set<number>();
  for (const operand of operandsOf(statement)) {
    for (const slot of operand.kind === "local" ? (holders.get(operand.id) ?? []) : []) slots.add(slot);
  }
  return slots;
}

/** Locals that hold what such a function made of a slot's text, and nothing else. */
function madeTexts(
  fn: FunctionPlan,
  holders: ReadonlyMap<LocalId, ReadonlySet<number>>,
  giveUp: (slot: number) => void,
): ReadonlyMap<LocalId, ReadonlySet<number>> {
  const made = new Map<LocalId, Set<number>>();
  const others = new Set<LocalId>();
  visitStatements(fn.body, (statement) => {
    const slots = textFunction(statement) === undefined ? [] : slotsIn(statement, holders);
    for (const local of statement.kind === "clear" ? [] : assignedBy(statement)) {
      const known = made.get(local) ?? new Set();
      for (const slot of slots) made.set(local, known.add(slot));
      if (known.size === 0 || textFunction(statement) === undefined) others.add(local);
    }
  });
  for (const local of others) for (const slot of made.get(local) ?? []) giveUp(slot);
  return made;
}

/** Locals that hold a slot's value, and nothing else. */
function slotHolders(
  fn: FunctionPlan,
  input: ReadSet,
  giveUp: (slot: number) => void,
): ReadonlyMap<LocalId, ReadonlySet<number>> {
  const holders = new Map<LocalId, Set<number>>();
  const others = new Set<LocalId>();
  visitStatements(fn.body, (statement) => {
    if (statement.kind === "input") {
      const { slot, rest } = input.find(statement.path);
      if (rest.length > 0) giveUp(slot);
      const slots = holders.get(statement.target) ?? new Set();
      slots.add(slot);
      holders.set(statement.target, slots);
    } else if (statement.kind !== "clear") {
      for (const local of assignedBy(statement)) others.add(local);
    }
  });
  for (const local of others) for (const slot of holders.get(local) ?? []) giveUp(slot);
  return holders;
}

/**
 * The strings that a statement compares some of its locals with, in functions that it calls too; undefined where it needs more of them than a
 * comparison with constants.
 */
export function comparedStrings(
  plan: QueryPlan,
  statement: PlanStatement,
  isMeant: (local: LocalId) => boolean,
): readonly string[] | undefined {
  if (statement.kind !== "call") return comparedHere(plan, statement);
  const strings: string[] = [];
  for (const [index, operand] of statement.args.entries()) {
    if (operand.kind !== "local" || !isMeant(operand.id)) continue;
    const compared = comparedByCallee(plan, statement.function, index);
    if (compared === undefined) return undefined;
    strings.push(...compared);
  }
  return strings;
}

/** By plan, then `function:parameter`. Functions do not call themselves. */
const calleeStrings = new WeakMap<QueryPlan, Map<string, readonly string[] | undefined>>();

/** What a function compares one of its parameters with. */
function comparedByCallee(plan: QueryPlan, id: FunctionId, index: number): readonly string[] | undefined {
  const known = calleeStrings.get(plan) ?? new Map<string, readonly string[] | undefined>();
  calleeStrings.set(plan, known);
  const key = `${id}:${index}`;
  if (known.has(key)) return known.get(key);
  // Should a function reach itself, it needs the value.
  known.set(key, undefined);
  const fn = plan.functions[id];
  const param = fn?.params[index];
  let strings: readonly string[] | undefined = [];
  visitStatements(fn?.body ?? [], (statement) => {
    const uses = operandsOf(statement).some((operand) => operand.kind === "local" && operand.id === param);
    const compared = uses ? comparedStrings(plan, statement, (local) => local === param) : [];
    const assigned = param === undefined || assignedBy(statement).includes(param);
    strings = strings === undefined || compared === undefined || assigned ? undefined : [...strings, ...compared];
  });
  known.set(key, strings);
  return strings;
}

function comparedHere(plan: QueryPlan, statement: PlanStatement): readonly string[] | undefined {
  const constantOf = (operand: Operand | undefined): RegoValue | undefined =>
    operand?.kind === "constant" ? plan.constants[operand.id] : undefined;
  switch (statement.kind) {
    case "truthy":
    case "defined":
    case "undefined":
    case "is-collection":
      return [];
    case "compare": {
      const constant = constantOf(statement.left) ?? constantOf(statement.right);
      const byOrder = statement.operator !== "equal" && statement.operator !== "not-equal";
      return byOrder && typeof constant === "string" ? undefined : scalarStrings([constant]);
    }
    case "dot":
      return statement.key.kind === "local" ? scalarStrings(keysOf(constantOf(statement.source))) : undefined;
    case "builtin": {
      const [value, collection] = statement.args;
      if (statement.name === "internal.member_2" && value?.kind === "local") {
        return scalarStrings(elementsOf(constantOf(collection)));
      }
      return KIND_TESTS.test(statement.name) ? [] : undefined;
    }
    default:
      return undefined;
  }
}

const KIND_TESTS = /^(is_[a-z]+|type_name)$/;

/** The strings among scalars; undefined where there are composites, or where there is no constant at all. */
function scalarStrings(values: readonly (RegoValue | undefined)[] | undefined): readonly string[] | undefined {
  const strings: string[] = [];
  for (const value of values ?? [undefined]) {
    if (value === undefined || ["array", "object", "set"].includes(typeName(value))) return undefined;
    if (typeof value === "string") strings.push(value);
  }
  return strings;
}

function keysOf(source: RegoValue | undefined): readonly RegoValue[] | undefined {
  if (source === undefined) return undefined;
  if (isSet(source)) return [...source];
  return isObject(source) ? Array.from(objectEntries(source), ([key]) => key) : [];
}

function elementsOf(collection: RegoValue | undefined): readonly RegoValue[] | undefined {
  if (collection === undefined) return undefined;
  if (isSet(collection) || isArray(collection)) return [...collection];
  return isObject(collection) ? Array.from(objectEntries(collection), ([, value]) => value) : [];
}
