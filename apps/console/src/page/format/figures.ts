import { ExactNumber } from "../service/exact-json.ts";

/** A number or a decimal text with thousands apart, digit for digit; other values as they are written. */
export function amountText(value: unknown): string {
  const text = valueText(value);
  const [, sign = "", whole = "", rest = ""] = /^(-?)(\d+)(\.\d+)?$/.exec(text) ?? [];
  if (whole === "") return text;
  return `${sign}${whole.replace(/\B(?=(\d{3})+$)/g, ",")}${rest}`;
}

/** A value of somebody's as one line: texts as they are, the rest as JSON. */
export function valueText(value: unknown): string {
  if (typeof value === "string") return value;
  if (value === undefined) return "";
  if (value instanceof ExactNumber) return value.text;
  return jsonText(value);
}

/** JSON with the digits that came. */
export function jsonText(value: unknown, indent?: number): string {
  return JSON.stringify(value, undefined, indent) ?? "";
}

/** `412,345 ns` */
export function nanosecondsText(nanoseconds: number): string {
  return `${amountText(Math.round(nanoseconds))} ns`;
}

/** `0.41 ms` */
export function millisecondsText(nanoseconds: number): string {
  const milliseconds = nanoseconds / 1e6;
  return `${milliseconds.toFixed(milliseconds < 1 ? 3 : milliseconds < 10 ? 2 : 1)} ms`;
}
