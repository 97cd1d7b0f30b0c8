/**
 * The JavaScript model of Rego values: what goes into a policy, what comes out, and what host built-ins see. In: JavaScript values and
 * JSON. Out: canonical values, their order, their JSON, exact decimal arithmetic. It knows nothing of modules and memory.
 */
export {
  absoluteNumber,
  addNumbers,
  ceilNumber,
  compareNumbers,
  divideNumbers,
  floorNumber,
  isInteger,
  multiplyNumbers,
  negateNumber,
  remainder,
  roundNumber,
  subtractNumbers,
} from "./arithmetic.ts";
export { compareStrings, compareValues, equalValues, objectEntries, sortedElements } from "./compare-values.ts";
export type { Decimal } from "./decimal.ts";
export { JsonError, type JsonErrorCode } from "./json-error.ts";
export { getKey, makeObject, objectSize, setOwn } from "./make-object.ts";
export { hasElement, makeSet } from "./make-set.ts";
export { NumberLimitError } from "./number-limit-error.ts";
export { DEFAULT_JSON_DEPTH, type ParseJsonOptions, parseJson } from "./parse-json.ts";
export { canonicalNumber, decimalOf, numberText, RegoNumber } from "./rego-number.ts";
export {
  isArray,
  isMap,
  isNumber,
  isObject,
  isSet,
  isString,
  type RegoNumeric,
  type RegoObject,
  type RegoRecord,
  type RegoTypeName,
  type RegoValue,
  typeName,
} from "./rego-value.ts";
export { structuralKey } from "./structural-key.ts";
export { type ToJsonOptions, toJson } from "./to-json.ts";
