import { BuiltinError } from "@flyball/engine";
import { floatText } from "../format/float-text.ts";

/** Nanoseconds by unit: Go's, and OPA's days, weeks and years. */
const UNITS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 6e10,
  h: 3.6e12,
};
const HOURS: Readonly<Record<string, number>> = { d: 24, w: 168, y: 8_760 };

const LIMIT = 1n << 63n;

/** Nanoseconds of a duration as Go writes it, `1h15m30.918s`, with days, weeks of 7 and years of 365 days besides: `1w2d`. Throws `BuiltinError`. */
export function parseDuration(text: string): bigint {
  const sign = /^[+-]/.exec(text)?.[0] ?? "";
  const body = text.slice(sign.length);
  if (body === "0") return 0n;
  const segments = [...inGoUnits(body).matchAll(/(\d*)(?:\.(\d*))?([^\d.]+)/g)];
  const isWhole = segments.map(([segment]) => segment).join("") === inGoUnits(body);
  if (!isWhole || segments.length === 0) throw invalid(text);
  const total = segments.reduce((sum, segment) => checked(sum + nanosecondsOf(segment, text), text), 0n);
  if (sign === "-") return -total;
  return total < LIMIT ? total : invalidNow(text);
}

/** Days, weeks and years as hours, through doubles. */
function inGoUnits(body: string): string {
  if (!/[dwy]/.test(body)) return body;
  return body.replace(/([\d.]+)([dwy])/g, (_, digits: string, unit: string) => {
    if (!/^(\d+\.?\d*|\.\d+)$/.test(digits)) return "?";
    return `${floatText(Number(digits) * (HOURS[unit] ?? 0), "f", -1)}h`;
  });
}

function nanosecondsOf([, whole = "", fraction, unitName = ""]: readonly (string | undefined)[], text: string): bigint {
  const unit = Object.hasOwn(UNITS, unitName) ? UNITS[unitName] : undefined;
  if (unit === undefined || (whole === "" && (fraction ?? "") === "") || whole.length > 40) throw invalid(text);
  const wholes = checked(BigInt(whole === "" ? "0" : whole) * BigInt(unit), text);
  if (fraction === undefined || fraction === "") return wholes;
  // Go multiplies the fraction as a double, its digits up to what 63 bits hold.
  let digits = 0n;
  let scale = 1;
  for (const digit of fraction) {
    if (digits > (LIMIT - 1n) / 10n || digits * 10n + BigInt(digit) > LIMIT) break;
    digits = digits * 10n + BigInt(digit);
    scale *= 10;
  }
  return checked(wholes + BigInt(Math.trunc(Number(digits) * (unit / scale))), text);
}

function checked(nanoseconds: bigint, text: string): bigint {
  return nanoseconds <= LIMIT ? nanoseconds : invalidNow(text);
}

function invalid(text: string): BuiltinError {
  return new BuiltinError(`time: invalid duration ${JSON.stringify(text.slice(0, 100))}`);
}

function invalidNow(text: string): never {
  throw invalid(text);
}
