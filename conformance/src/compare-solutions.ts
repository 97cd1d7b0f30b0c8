import {
  compareValues,
  decimalOf,
  isArray,
  isNumber,
  isObject,
  isSet,
  makeObject,
  objectEntries,
  type RegoNumeric,
  type RegoValue,
  toJson,
} from "@flyball/engine/values";

type Decimal = ReturnType<typeof decimalOf>;

export interface Comparison {
  readonly equal: boolean;
  /** Numbers that differ only beyond 17 significant digits: OPA calculates with a 64-bit mantissa. */
  readonly roundings: number;
}

/** Compares solutions without regard to their order; under `sort` also the elements of array-valued bindings. */
export function compareSolutions(got: readonly RegoValue[], want: readonly RegoValue[], sort: boolean): Comparison {
  const left = normalise(got, sort);
  const right = normalise(want, sort);
  const state = { roundings: 0 };
  const equal =
    left.length === right.length && left.every((solution, index) => same(solution, right[index] ?? null, state));
  return { equal, roundings: equal ? state.roundings : 0 };
}

function normalise(solutions: readonly RegoValue[], sort: boolean): readonly RegoValue[] {
  const plain = solutions.map((solution) => {
    const json = asJson(solution);
    if (!sort || !isObject(json)) return json;
    return makeObject(
      objectEntries(json).map(([name, value]) => [name, isArray(value) ? [...value].sort(compareValues) : value]),
    );
  });
  return plain.sort(compareValues);
}

/** Sets as sorted arrays, keys as text: what JSON can say. */
function asJson(value: RegoValue): RegoValue {
  if (isSet(value)) return [...value].map(asJson).sort(compareValues);
  if (isArray(value)) return value.map(asJson);
  if (!isObject(value)) return value;
  return makeObject(
    objectEntries(value).map(([key, each]) => [typeof key === "string" ? key : toJson(key), asJson(each)]),
  );
}

function same(got: RegoValue, want: RegoValue, state: { roundings: number }): boolean {
  if (isNumber(got) && isNumber(want)) {
    if (compareValues(got, want) === 0) return true;
    if (!areNear(got, want)) return false;
    state.roundings++;
    return true;
  }
  if (isArray(got) && isArray(want))
    return got.length === want.length && got.every((item, index) => same(item, want[index] ?? null, state));
  if (isObject(got) && isObject(want)) {
    const [left, right] = [sortedEntries(got), sortedEntries(want)];
    return (
      left.length === right.length &&
      left.every(([key, value], index) => key === right[index]?.[0] && same(value, right[index]?.[1] ?? null, state))
    );
  }
  return compareValues(got, want) === 0;
}

function sortedEntries(value: RegoValue): readonly (readonly [string, RegoValue])[] {
  if (!isObject(value)) return [];
  return objectEntries(value)
    .map(([key, each]) => [typeof key === "string" ? key : toJson(key), each] as const)
    .sort(([a], [b]) => compareValues(a, b));
}

/** Whether two numbers differ by no more than one unit of the seventeenth significant digit. (Rounded to seventeen digits they may differ all the same, where the eighteenth is a five or nearly one.) */
function areNear(a: RegoNumeric, b: RegoNumeric): boolean {
  const [x, y] = [decimalOf(a), decimalOf(b)];
  const place = Math.max(magnitude(x), magnitude(y)) - 17;
  if (Math.min(x.exponent, y.exponent) < place - 5_000 || Math.abs(magnitude(x) - magnitude(y)) > 1) return false;
  const least = Math.min(x.exponent, y.exponent, place);
  const scaled = ({ coefficient, exponent }: Decimal): bigint => coefficient * 10n ** BigInt(exponent - least);
  const difference = scaled(x) - scaled(y);
  return (difference < 0n ? -difference : difference) <= 10n ** BigInt(place - least);
}

/** Digits before the decimal point. */
function magnitude({ coefficient, exponent }: Decimal): number {
  return (coefficient < 0n ? -coefficient : coefficient).toString().length + exponent;
}
