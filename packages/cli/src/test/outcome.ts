import type { Evaluation } from "@flyball/engine";
import { equalValues, type RegoValue, toJson } from "@flyball/engine/values";
import { shorten } from "./shorten.ts";

/** What evaluations have in common, on whichever road they were made. */
export type Outcome =
  | { readonly kind: "value"; readonly value: RegoValue }
  | { readonly kind: "undefined" }
  | { readonly kind: "fault"; readonly code: string };

export function isSame(a: Outcome, b: Outcome): boolean {
  if (a.kind === "value" && b.kind === "value") return equalValues(a.value, b.value);
  if (a.kind === "fault" && b.kind === "fault") return a.code === b.code;
  return a.kind === b.kind;
}

export function outcomeText(outcome: Outcome): string {
  if (outcome.kind === "value") return shorten(toJson(outcome.value));
  return outcome.kind === "fault" ? outcome.code : "undefined";
}

export function faultText({ code, message, site }: Extract<Evaluation, { kind: "fault" }>): string {
  return `${site === undefined ? "" : `${site.file}:${site.line}:${site.column}: `}${code}: ${message}`;
}
