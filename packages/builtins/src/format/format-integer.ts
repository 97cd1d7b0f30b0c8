import { type FormatState, padded } from "./format-state.ts";
import { quoteGo } from "./quote-go.ts";
import { isPrintable } from "./unicode-version.ts";

/** An int64 under a verb; undefined where the verb is not for integers. */
export function formatInteger(value: bigint, verb: string, state: FormatState): string | undefined {
  switch (verb) {
    case "v":
    case "d":
      return inBase(value, 10, verb, state);
    case "b":
      return inBase(value, 2, verb, state);
    case "o":
    case "O":
      return inBase(value, 8, verb, state);
    case "x":
    case "X":
      return inBase(value, 16, verb, state);
    case "c":
      return padded(characterOf(value), state);
    case "q":
      return padded(quoteGo(characterOf(value), { delimiter: "'", ascii: state.plus }), state);
    case "U":
      return padded(unicodeNotation(value, state), state, { zeros: false });
    default:
      return undefined;
  }
}

function inBase(value: bigint, base: number, verb: string, state: FormatState): string {
  const { precision, width } = state;
  if (precision === 0 && value === 0n) return " ".repeat(width ?? 0);
  const sign = value < 0n ? "-" : state.plus ? "+" : state.space ? " " : "";
  let least = precision ?? 0;
  if (precision === undefined && state.zero && !state.minus && width !== undefined) least = width - sign.length;
  let digits = digitsOf(value, base, verb).padStart(least, "0");
  if (state.sharp && base === 2) digits = `0b${digits}`;
  if (state.sharp && base === 8 && !digits.startsWith("0")) digits = `0${digits}`;
  if (state.sharp && base === 16) digits = `0${verb === "X" ? "X" : "x"}${digits}`;
  if (verb === "O") digits = `0o${digits}`;
  return padded(sign + digits, state, { zeros: false });
}

/** math/big's own way: the prefix counts to the width that zeros fill. Undefined where the verb is not for big integers. */
export function formatBigInteger(value: bigint, verb: string, state: FormatState): string | undefined {
  const base = { b: 2, o: 8, O: 8, d: 10, s: 10, v: 10, x: 16, X: 16 }[verb];
  if (base === undefined) return undefined;
  const sign = value < 0n ? "-" : state.plus || state.plusV ? "+" : state.space ? " " : "";
  const sharp = state.sharp || state.sharpV;
  const prefix = verb === "O" ? "0o" : sharp ? ({ b: "0b", o: "0", x: "0x", X: "0X" }[verb] ?? "") : "";
  let digits = digitsOf(value, base, verb).padStart(state.precision ?? 0, "0");
  if (state.zero && !state.minus && state.precision === undefined)
    digits = digits.padStart((state.width ?? 0) - sign.length - prefix.length, "0");
  return padded(sign + prefix + digits, state, { zeros: false });
}

function digitsOf(value: bigint, base: number, verb: string): string {
  const digits = (value < 0n ? -value : value).toString(base);
  return verb === "X" ? digits.toUpperCase() : digits;
}

/** The replacement character for what is no code point. */
function characterOf(value: bigint): string {
  const isCodePoint = value >= 0n && value <= 0x10ffffn && !(value >= 0xd800n && value <= 0xdfffn);
  return isCodePoint ? String.fromCodePoint(Number(value)) : "\ufffd";
}

/** `U+0041`, with # `U+0041 'A'`. A negative number shows its 64 bits. */
function unicodeNotation(value: bigint, state: FormatState): string {
  const digits = BigInt.asUintN(64, value).toString(16).toUpperCase();
  const notation = `U+${digits.padStart(Math.max(4, state.precision ?? 0), "0")}`;
  const character = state.sharp && value >= 0n && value <= 0x10ffffn ? characterOf(value) : "";
  return character !== "" && isPrintable(character) && BigInt(character.codePointAt(0) ?? -1) === value
    ? `${notation} '${character}'`
    : notation;
}
