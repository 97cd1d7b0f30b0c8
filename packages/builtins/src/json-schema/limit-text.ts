import { decimalOf, type RegoNumeric } from "@flyball/engine/values";

/** A number in a message: Go's shortest %g, in which 1000000 is 1e+06. */
export function limitText(number: RegoNumeric): string {
  const { coefficient, exponent } = decimalOf(number);
  const negative = coefficient < 0n;
  const digits = (negative ? -coefficient : coefficient).toString();
  // The power of ten of the first digit.
  const power = digits.length - 1 + exponent;
  const sign = negative ? "-" : "";
  if (coefficient === 0n) return "0";
  if (power < -4 || power >= 6) {
    const mantissa = digits.length === 1 ? digits : `${digits.slice(0, 1)}.${digits.slice(1)}`;
    return `${sign}${mantissa}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
  }
  if (power < 0) return `${sign}0.${"0".repeat(-power - 1)}${digits}`;
  const whole = digits.slice(0, power + 1).padEnd(power + 1, "0");
  const fraction = digits.slice(power + 1);
  return `${sign}${whole}${fraction === "" ? "" : `.${fraction}`}`;
}
