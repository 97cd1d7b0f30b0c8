import { createHash } from "node:crypto";
import { parseJson } from "@flyball/engine/values";
import { canonicalJson } from "../action/canonical-json.ts";
import type { PlainValue } from "../action/plain-value.ts";
import type { Effect, Reason } from "../decision/decision.ts";
import type { SideAnswer } from "./side-answer.ts";

export type SideName = "module" | "server";

/** One side's answer in a report. */
export interface ReportedAnswer {
  readonly side: SideName;
  readonly effect: Effect;
  /** `"policy"` where the policy answered, `"governor"` where there was no usable answer and the DENY stands for that. */
  readonly cause: "policy" | "governor";
  readonly reasons: readonly Reason[];
  /** Digest of the module; null for a server. */
  readonly policyDigest: string | null;
  readonly milliseconds: number;
}

/**
 * One input on which the two sides differ. `effect`: one would have done something else. `fault`: the effect is the same,
 * and one side had no usable answer. `reasons`: the effect is the same, for other reason codes.
 */
export interface ShadowReport {
  readonly difference: "effect" | "fault" | "reasons";
  /** `sha256:` over the canonical JSON of the input; `"none"` where there was no input. The input itself is not reported. */
  readonly inputDigest: string;
  /** The side whose answer was used. */
  readonly answered: ReportedAnswer;
  readonly shadow: ReportedAnswer;
  /** ISO 8601, UTC: when the comparison was made. */
  readonly at: string;
}

export interface Comparison {
  readonly input: string | undefined;
  readonly answered: { readonly side: SideName; readonly answer: SideAnswer };
  readonly shadow: { readonly side: SideName; readonly answer: SideAnswer };
}

/** Undefined where the two agree. */
export function compareAnswers({ input, answered, shadow }: Comparison): ShadowReport | undefined {
  const difference = differenceOf(answered.answer, shadow.answer);
  if (difference === undefined) return undefined;
  return Object.freeze({
    difference,
    inputDigest: inputDigest(input),
    answered: reported(answered),
    shadow: reported(shadow),
    at: new Date().toISOString(),
  });
}

function differenceOf(answered: SideAnswer, shadow: SideAnswer): ShadowReport["difference"] | undefined {
  const [one, other] = [answered.decision, shadow.decision];
  if (one.effect !== other.effect) return "effect";
  if (one.cause !== other.cause) return "fault";
  const codes = (reasons: readonly Reason[]) => new Set(reasons.map(({ code }) => code));
  return codes(one.reasons).symmetricDifference(codes(other.reasons)).size === 0 ? undefined : "reasons";
}

function reported({ side, answer }: Comparison["answered"]): ReportedAnswer {
  const { effect, cause, reasons, policyDigest } = answer.decision;
  return Object.freeze({ side, effect, cause, reasons, policyDigest, milliseconds: answer.milliseconds });
}

function inputDigest(input: string | undefined): string {
  if (input === undefined) return "none";
  const canonical = canonicalJson(parseJson(input, { duplicateKeys: "last" }) as PlainValue);
  return `sha256:${createHash("sha256").update(canonical, "utf8").digest("hex")}`;
}
