import { BuiltinError } from "@flyball/engine";
import {
  absoluteNumber,
  addNumbers,
  ceilNumber,
  compareValues,
  divideNumbers,
  equalValues,
  floorNumber,
  isNumber,
  isSet,
  multiplyNumbers,
  NumberLimitError,
  remainder,
  roundNumber,
  subtractNumbers,
} from "@flyball/engine/values";
import type { BuiltinTable } from "./builtin-table.ts";
import { difference } from "./collections.ts";
import { numberAt, operandAt, wrongType } from "./operand.ts";

/** Order and arithmetic. `-` is also the difference of sets. */
export const comparisons: BuiltinTable = {
  // `:=` is taken apart by the compiler; called by its name it compares.
  assign: (args) => equalValues(operandAt(args, 0), operandAt(args, 1)),
  eq: (args) => equalValues(operandAt(args, 0), operandAt(args, 1)),
  equal: (args) => equalValues(operandAt(args, 0), operandAt(args, 1)),
  neq: (args) => !equalValues(operandAt(args, 0), operandAt(args, 1)),
  lt: (args) => compareValues(operandAt(args, 0), operandAt(args, 1)) < 0,
  lte: (args) => compareValues(operandAt(args, 0), operandAt(args, 1)) <= 0,
  gt: (args) => compareValues(operandAt(args, 0), operandAt(args, 1)) > 0,
  gte: (args) => compareValues(operandAt(args, 0), operandAt(args, 1)) >= 0,
  plus: (args) => within(() => addNumbers(numberAt(args, 0), numberAt(args, 1))),
  minus: (args) => {
    const [left, right] = [operandAt(args, 0), operandAt(args, 1)];
    if (isSet(left) && isSet(right)) return difference(left, right);
    if (!isNumber(left)) return wrongType(0, "one of {number, set}", left);
    return within(() => subtractNumbers(left, isNumber(right) ? right : wrongType(1, "number", right)));
  },
  mul: (args) => within(() => multiplyNumbers(numberAt(args, 0), numberAt(args, 1))),
  div: (args) => {
    const divisor = numberAt(args, 1);
    if (equalValues(divisor, 0)) throw new BuiltinError("divide by zero");
    return within(() => divideNumbers(numberAt(args, 0), divisor));
  },
  rem: (args) => {
    const divisor = numberAt(args, 1);
    if (equalValues(divisor, 0)) throw new BuiltinError("modulo by zero");
    const result = remainder(numberAt(args, 0), divisor);
    if (result === undefined) throw new BuiltinError("modulo on floating-point number");
    return result;
  },
  abs: (args) => absoluteNumber(numberAt(args, 0)),
  ceil: (args) => ceilNumber(numberAt(args, 0)),
  floor: (args) => floorNumber(numberAt(args, 0)),
  round: (args) => roundNumber(numberAt(args, 0)),
};

/** A number beyond the limits is a fault in every mode: the policy cannot mean anything by it. */
function within<T>(compute: () => T): T {
  try {
    return compute();
  } catch (error) {
    if (error instanceof NumberLimitError) throw new BuiltinError(error.message, { fatal: true });
    throw error;
  }
}
