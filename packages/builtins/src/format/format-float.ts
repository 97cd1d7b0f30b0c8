import { floatText } from "./float-text.ts";
import { type FormatState, padded } from "./format-state.ts";

/** Digits after the point, or significant ones, where the verb names none; -1 means as many as needed. */
const PRECISIONS: Readonly<Record<string, number>> = {
  v: -1,
  b: -1,
  g: -1,
  G: -1,
  x: -1,
  X: -1,
  f: 6,
  F: 6,
  e: 6,
  E: 6,
};

/** A double under a verb; undefined where the verb is not for doubles. */
export function formatFloat(value: number, given: string, state: FormatState): string | undefined {
  const precision = state.precision ?? PRECISIONS[given];
  if (PRECISIONS[given] === undefined || precision === undefined) return undefined;
  const verb = given === "v" ? "g" : given === "F" ? "f" : given;
  const written = floatText(value, verb, precision);
  const negative = written.startsWith("-");
  let digits = negative ? written.slice(1) : written;
  if (state.sharp && verb !== "b") digits = withPoint(digits, verb, precision);
  const sign = negative ? "-" : state.plus ? "+" : state.space ? " " : "";
  if (state.zero && !state.minus && sign !== "" && state.width !== undefined)
    return sign + digits.padStart(state.width - sign.length, "0");
  return padded(sign + digits, state);
}

/** The flag #: a point always, and zeros up to the precision for %g. */
function withPoint(text: string, verb: string, precision: number): string {
  const isHex = verb === "x" || verb === "X";
  const tailAt = text.search(isHex ? /p/i : /[ep]/i);
  const head = tailAt < 0 ? text : text.slice(0, tailAt);
  const tail = tailAt < 0 ? "" : text.slice(tailAt);
  let missing = verb === "g" || verb === "G" || verb === "x" ? (precision === -1 ? 6 : precision) : 0;
  missing -= head.replace(".", "").replace(/^0+/, "").length;
  const point = head.includes(".") ? "" : ".";
  if (point !== "" && head === "0") missing--;
  return head + point + "0".repeat(Math.max(missing, 0)) + tail;
}
