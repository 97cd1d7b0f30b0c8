/**
 * Doubles as Go's strconv.FormatFloat writes them. In: a finite double, a verb (`b e E f g G x X`) and a precision (-1: as many digits as tell the double from its neighbours).
 * Exact: the double is written out in full and rounded half to even.
 */

/** `0.DIGITS × 10^point`, without zeros at the end. */
interface Digits {
  readonly digits: string;
  readonly point: number;
}

export function floatText(value: number, verb: string, precision: number): string {
  const negative = value < 0 || Object.is(value, -0);
  const magnitude = Math.abs(value);
  return (negative ? "-" : "") + unsignedText(magnitude, verb, precision);
}

function unsignedText(value: number, verb: string, precision: number): string {
  switch (verb) {
    case "b": {
      const { mantissa, exponent } = binaryParts(value);
      return `${mantissa}p${exponent < 0 ? "-" : "+"}${Math.abs(exponent)}`;
    }
    case "x":
    case "X": {
      const text = hexText(value, precision);
      return verb === "X" ? text.toUpperCase() : text;
    }
    case "e":
    case "E": {
      const digits = precision < 0 ? shortest(value) : rounded(exactDigits(value), () => precision + 1);
      return scientific(digits, precision < 0 ? Math.max(digits.digits.length - 1, 0) : precision, verb);
    }
    case "f": {
      const digits = precision < 0 ? shortest(value) : rounded(exactDigits(value), (exact) => exact.point + precision);
      return fixed(digits, precision < 0 ? Math.max(digits.digits.length - digits.point, 0) : precision);
    }
    default:
      return general(value, verb, precision);
  }
}

/** %g: with an exponent below 10^-4 and from 10^precision on; the shortest form decides as if its precision were 6. */
function general(value: number, verb: string, precision: number): string {
  const isShortest = precision < 0;
  const count = precision === 0 ? 1 : precision;
  const digits = isShortest ? shortest(value) : rounded(exactDigits(value), () => count);
  const length = digits.digits.length;
  let limit = isShortest ? 6 : count;
  if (!isShortest && limit > length && length >= digits.point) limit = length;
  const exponent = digits.point - 1;
  if (length > 0 && (exponent < -4 || exponent >= limit))
    return scientific(digits, Math.min(isShortest ? length : count, length) - 1, verb === "G" ? "E" : "e");
  return fixed(digits, Math.max(length - digits.point, 0));
}

function scientific({ digits, point }: Digits, precision: number, verb: string): string {
  const shown = digits.padEnd(precision + 1, "0");
  const exponent = digits === "" ? 0 : point - 1;
  const fraction = precision > 0 ? `.${shown.slice(1, precision + 1)}` : "";
  return `${shown.charAt(0)}${fraction}${verb}${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

function fixed({ digits, point }: Digits, precision: number): string {
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, "0") : "0";
  if (precision <= 0) return whole;
  const zeros = point < 0 ? Math.min(-point, precision) : 0;
  const fraction = "0".repeat(zeros) + digits.slice(Math.max(point, 0)).slice(0, precision - zeros);
  return `${whole}.${fraction.padEnd(precision, "0")}`;
}

/** The fewest digits that no other double has. */
function shortest(value: number): Digits {
  if (value === 0) return { digits: "", point: 0 };
  const [mantissa = "", exponent = "0"] = value.toExponential().split("e");
  return { digits: mantissa.replace(".", "").replace(/0+$/, ""), point: Number(exponent) + 1 };
}

/** All digits of the double. */
function exactDigits(value: number): Digits {
  const { mantissa, exponent } = binaryParts(value);
  if (mantissa === 0n) return { digits: "", point: 0 };
  // m × 2^-k is m × 5^k × 10^-k.
  const scaled = exponent >= 0 ? mantissa << BigInt(exponent) : mantissa * 5n ** BigInt(-exponent);
  const text = scaled.toString();
  return { digits: text.replace(/0+$/, ""), point: text.length + Math.min(exponent, 0) };
}

/** Keeps so many digits, rounding half to even. */
function rounded(exact: Digits, countOf: (exact: Digits) => number): Digits {
  const count = countOf(exact);
  const { digits, point } = exact;
  if (count >= digits.length) return exact;
  if (count < 0) return { digits: "", point: 0 };
  const rest = digits.slice(count);
  const last = count === 0 ? 0 : digits.charCodeAt(count - 1) - 48;
  const up = rest > "5" || (rest === "5" && last % 2 === 1);
  const kept = digits.slice(0, count);
  if (!up) return trimmed(kept, point);
  const raised = (BigInt(`0${kept}`) + 1n).toString().padStart(count, "0");
  return trimmed(raised, point + raised.length - count);
}

function trimmed(digits: string, point: number): Digits {
  const kept = digits.replace(/0+$/, "");
  return kept === "" ? { digits: "", point: 0 } : { digits: kept, point };
}

/** value = mantissa × 2^exponent, as the bits have it. */
function binaryParts(value: number): { readonly mantissa: bigint; readonly exponent: number } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const exponent = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xf_ffff_ffff_ffffn;
  return exponent === 0
    ? { mantissa: fraction, exponent: -1074 }
    : { mantissa: fraction | 0x10_0000_0000_0000n, exponent: exponent - 1075 };
}

/** `0x1.8p+01`. */
function hexText(value: number, precision: number): string {
  let { mantissa, exponent } = binaryParts(value);
  if (mantissa === 0n) return `0x0${precision > 0 ? `.${"0".repeat(precision)}` : ""}p+00`;
  // The leading bit at place 52: 1.FRACTION with 13 hexadecimal digits.
  while (mantissa < 0x10_0000_0000_0000n) {
    mantissa <<= 1n;
    exponent--;
  }
  if (precision >= 0 && precision < 13) {
    const dropped = BigInt(4 * (13 - precision));
    const half = 1n << (dropped - 1n);
    const rest = mantissa & ((1n << dropped) - 1n);
    let kept = mantissa >> dropped;
    if (rest > half || (rest === half && (kept & 1n) === 1n)) kept += 1n;
    mantissa = kept << dropped;
    if (mantissa >= 0x20_0000_0000_0000n) {
      mantissa >>= 1n;
      exponent++;
    }
  }
  const binary = exponent + 52;
  const digits = (mantissa & 0xf_ffff_ffff_ffffn).toString(16).padStart(13, "0");
  const fraction = precision < 0 ? digits.replace(/0+$/, "") : digits.slice(0, precision).padEnd(precision, "0");
  return `0x1${fraction === "" ? "" : `.${fraction}`}p${binary < 0 ? "-" : "+"}${String(Math.abs(binary)).padStart(2, "0")}`;
}
