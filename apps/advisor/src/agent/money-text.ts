import { canonicalNumber, numberText, RegoNumber, type RegoNumeric } from "@flyball/engine/values";

/** A number, or its text, as tools take amounts. */
export function isMoneyText(value: unknown): value is RegoNumeric {
  if (typeof value === "number" || typeof value === "bigint" || RegoNumber.is(value)) return true;
  return typeof value === "string" && /^-?\d{1,24}(\.\d{1,6})?$/.test(value);
}

/** 4000 is "4,000", 1234.5 is "1,234.50". */
export function moneyText(value: RegoNumeric): string {
  const text = numberText(canonicalNumber(value));
  const [whole = "", places = ""] = text.split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return places === "" ? grouped : `${grouped}.${places.padEnd(2, "0")}`;
}
