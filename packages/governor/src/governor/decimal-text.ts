const pattern = /^[0-9]{1,24}(\.[0-9]{1,18})?$/;

/** A decimal that is not negative, as people write it: no sign, no exponent. */
export function isDecimalText(value: unknown): value is string {
  return typeof value === "string" && pattern.test(value);
}
