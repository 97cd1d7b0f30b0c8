import { BuiltinError } from "@flyball/engine";
import {
  addNumbers,
  compareValues,
  isArray,
  isNumber,
  isObject,
  isSet,
  multiplyNumbers,
  objectSize,
  type RegoNumeric,
  type RegoValue,
  sortedElements,
} from "@flyball/engine/values";
import type { BuiltinTable } from "./builtin-table.ts";
import { countCodePoints } from "./code-points.ts";
import { elementsAt, operandAt, wrongType } from "./operand.ts";

/** Built-ins that fold a collection into one value. Sets arrive in order. */
export const aggregates: BuiltinTable = {
  count: (args) => {
    const value = operandAt(args, 0);
    if (typeof value === "string") return countCodePoints(value);
    if (isArray(value)) return value.length;
    if (isSet(value)) return value.size;
    return isObject(value) ? objectSize(value) : wrongType(0, "one of {array, object, set, string}", value);
  },
  sum: (args) => numbersAt(args).reduce(addNumbers, 0),
  product: (args) => numbersAt(args).reduce(multiplyNumbers, 1),
  max: (args) => extreme(elementsAt(args, 0), 1),
  min: (args) => extreme(elementsAt(args, 0), -1),
  sort: (args) => {
    const value = operandAt(args, 0);
    if (isSet(value)) return sortedElements(value);
    return [...elementsAt(args, 0)].sort(compareValues);
  },
  all: (args) => elementsAt(args, 0).every((element) => element === true),
  any: (args) => elementsAt(args, 0).includes(true),
};

function numbersAt(args: readonly RegoValue[]): readonly RegoNumeric[] {
  return elementsAt(args, 0).map((element) => {
    if (isNumber(element)) return element;
    throw new BuiltinError("operand 1 must be array of numbers");
  });
}

/** Undefined for an empty collection. */
function extreme(elements: readonly RegoValue[], sign: 1 | -1): RegoValue | undefined {
  let best: RegoValue | undefined;
  for (const element of elements) if (best === undefined || compareValues(element, best) * sign > 0) best = element;
  return best;
}
