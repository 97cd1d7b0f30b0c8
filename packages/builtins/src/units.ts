import { BuiltinError } from "@flyball/engine";
import {
  canonicalNumber,
  ceilNumber,
  compareNumbers,
  floorNumber,
  multiplyNumbers,
  type RegoNumeric,
  roundNumber,
} from "@flyball/engine/values";
import type { BuiltinTable } from "./builtin-table.ts";
import { lowerGo } from "./format/casing-go.ts";
import { stringAt } from "./operand.ts";

/** Amounts with units: `10Ki`, `1.5MB`. Exact decimals; OPA rounds the bytes of a fraction to a 64-bit mantissa first. */
export const units: BuiltinTable = {
  "units.parse": (args) => parseUnits(stringAt(args, 0)),
  "units.parse_bytes": (args) => parseBytes(stringAt(args, 0)),
};

const KIBI = 1024;
const KILO = 1000;

/** Powers of a kilo or a kibi by the letter that the unit begins with. */
const POWERS: Readonly<Record<string, number>> = { k: 1, m: 2, g: 3, t: 4, p: 5, e: 6 };

function parseUnits(text: string): RegoNumeric {
  const { amount, unit } = split("units.parse", text.replaceAll('"', ""));
  const scale = unitScale(unit);
  if (scale === undefined) throw new BuiltinError(`units.parse: unit ${unit} not recognized`);
  const product = multiplyNumbers(amount, scale);
  // Ten digits behind the point, halves away from zero.
  const shifted = multiplyNumbers(product, 10_000_000_000);
  return multiplyNumbers(roundNumber(shifted), canonicalNumber("0.0000000001"));
}

/** `m` is a thousandth and `M` a million; in other units the first letter's case does not matter, and the others' never. */
function unitScale(unit: string): RegoNumeric | undefined {
  const [first = "", ...rest] = unit;
  const lower = first + lowerGo(rest.join(""));
  if (lower === "") return 1;
  if (lower === "m") return canonicalNumber("0.001");
  const power = /^[a-zA-Z]i?$/.test(lower) ? POWERS[first.toLowerCase()] : undefined;
  if (power === undefined || lower === "Mi" || lower === "mi")
    return lower === "Mi" || lower === "mi" ? KIBI ** 2 : undefined;
  return canonicalNumber(BigInt(lower.endsWith("i") ? KIBI : KILO) ** BigInt(power));
}

/** Bytes, fractions of one cut off. */
function parseBytes(text: string): RegoNumeric {
  const { amount, unit } = split("units.parse_bytes", lowerGo(text).replaceAll('"', ""));
  const match = /^(?:([kmgtpe])(i?)b?)?$/.exec(unit);
  if (match === null) throw new BuiltinError(`units.parse_bytes: byte unit ${unit} not recognized`);
  const [, letter = "", binary] = match;
  const scale = BigInt(binary === "i" ? KIBI : KILO) ** BigInt(POWERS[letter] ?? 0);
  const bytes = multiplyNumbers(amount, canonicalNumber(scale));
  return compareNumbers(bytes, 0) < 0 ? ceilNumber(bytes) : floorNumber(bytes);
}

const LONGEST_EXPONENT = 6;

/** The amount in front, which may have an exponent if a digit or a sign follows its `e`, and the unit behind. */
function split(name: string, text: string): { readonly amount: RegoNumeric; readonly unit: string } {
  if (text.includes(" ")) throw new BuiltinError(`${name}: spaces not allowed in resource strings`);
  const [number = ""] = /^(?:[\d.+-]|[eE](?:[+-]|(?=\d)))*/.exec(text) ?? [];
  for (const [, exponent = ""] of number.matchAll(/[eE][+-]?(\d*)/g))
    if (exponent.length > LONGEST_EXPONENT) throw new BuiltinError(`${name}: exponent too large`);
  if (number === "") throw new BuiltinError(`${name}: no amount provided`);
  const decimal = /^([+-]?)0*(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(number);
  if (decimal === null || !/\d/.test(number.replace(/[eE].*/, "")))
    throw new BuiltinError(`${name}: could not parse amount to a number`);
  const [, sign, whole, fraction = "", exponent = "0"] = decimal;
  return {
    amount: canonicalNumber(
      `${sign === "-" ? "-" : ""}${whole === "" ? "0" : whole}${fraction === "" ? "" : `.${fraction}`}e${exponent}`,
    ),
    unit: text.slice(number.length),
  };
}
