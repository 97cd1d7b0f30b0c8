import { isMap, isNumber, isSet, type RegoValue, sortedElements, toJson } from "@flyball/engine/values";

/** Digits up to which a calculated number must be equal: what a double holds of any decimal. OPA calculates with binary fractions. */
const EXACT_DIGITS = 15;

export interface Wanted {
  readonly want: unknown;
  /** Which input, for the message. */
  readonly index: number;
  /** The official OPA host makes arrays of sets, in an order of its own. */
  readonly setsInAnyOrder: boolean;
}

/**
 * Compares an answer with the wanted one (JSON, `null` where undefined, sets as arrays). Answers 1 where they differ in calculated digits
 * that a double does not hold, else 0. Throws where they differ.
 */
export function compareAnswers(answer: unknown, { want, index, setsInAnyOrder }: Wanted): 0 | 1 {
  if (want === answer || (want === null && answer === undefined)) return 0;
  const rounded = { count: 0 };
  if (matches(want, answer as RegoValue | undefined, rounded)) return rounded.count > 0 ? 1 : 0;
  if (setsInAnyOrder && answer !== undefined && orderless(want) === orderless(answer)) return 0;
  const shown = answer === undefined ? "undefined" : toJson(answer as RegoValue).slice(0, 120);
  throw new Error(`input ${index}: wanted ${JSON.stringify(want).slice(0, 120)}, got ${shown}`);
}

/** A text that two documents share if they differ only in the order of arrays and in digits that a double does not hold. */
function orderless(document: unknown): string {
  if (typeof document === "number") return document.toPrecision(EXACT_DIGITS);
  if (Array.isArray(document)) return `[${document.map(orderless).sort().join()}]`;
  if (typeof document !== "object" || document === null) return JSON.stringify(document);
  const pairs = Object.entries(document).map(([key, value]) => `${JSON.stringify(key)}:${orderless(value)}`);
  return `{${pairs.sort().join()}}`;
}

function matches(want: unknown, answer: RegoValue | undefined, rounded: { count: number }): boolean {
  if (answer === undefined) return false;
  if (typeof want === "number") return isNumber(answer) && matchesNumber(want, Number(answer), rounded);
  if (Array.isArray(want)) {
    const items: readonly RegoValue[] | undefined = isSet(answer)
      ? sortedElements(answer)
      : Array.isArray(answer)
        ? answer
        : undefined;
    return (
      items !== undefined && items.length === want.length && want.every((each, i) => matches(each, items[i], rounded))
    );
  }
  if (typeof want === "object" && want !== null)
    return matchesObject(want as Readonly<Record<string, unknown>>, answer, rounded);
  return want === answer;
}

function matchesNumber(want: number, answer: number, rounded: { count: number }): boolean {
  if (want === answer) return true;
  if (want.toPrecision(EXACT_DIGITS) !== answer.toPrecision(EXACT_DIGITS)) return false;
  rounded.count++;
  return true;
}

function matchesObject(
  want: Readonly<Record<string, unknown>>,
  answer: RegoValue,
  rounded: { count: number },
): boolean {
  if (typeof answer !== "object" || answer === null || Array.isArray(answer) || isSet(answer) || isNumber(answer))
    return false;
  const pairs = isMap(answer)
    ? Array.from(answer, ([key, value]) => [typeof key === "string" ? key : toJson(key), value] as const)
    : Object.entries(answer);
  const keys = Object.keys(want);
  return (
    keys.length === pairs.length &&
    pairs.every(([key, value]) => Object.hasOwn(want, key) && matches(want[key], value, rounded))
  );
}
