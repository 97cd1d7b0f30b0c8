import { isArray, isObject, isSet, objectEntries, type RegoValue, sortedElements } from "@flyball/engine/values";
import type { BuiltinTable } from "./builtin-table.ts";
import { operandAt } from "./operand.ts";

/** A relation: its solutions are the elements of the array, each `[path, value]`, the document itself first, then what is inside, depth first in order. */
export const walks: BuiltinTable = {
  walk: (args) => {
    const pairs: RegoValue[] = [];
    walkInto(operandAt(args, 0), [], pairs);
    return pairs;
  },
};

function walkInto(value: RegoValue, path: readonly RegoValue[], pairs: RegoValue[]): void {
  pairs.push([path, value]);
  for (const [key, each] of children(value)) walkInto(each, [...path, key], pairs);
}

function children(value: RegoValue): Iterable<readonly [RegoValue, RegoValue]> {
  if (isArray(value)) return value.entries();
  if (isSet(value)) return sortedElements(value).map((element) => [element, element] as const);
  return isObject(value) ? objectEntries(value) : [];
}
