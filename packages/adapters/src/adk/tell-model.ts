// What a model reads about a call of its own. It is made for a model, which must not mistake a refusal for a result and should
// know what would do; the record for the auditor is another thing, and says more.

import { canonicalJson, type Decision, type PlainValue, type Reason, toPlainValue } from "@flyball/governor";
import type { CallOutcome, GovernedCall } from "./governed-call.ts";

/** JSON alone: frameworks copy and print it. */
export interface ModelAnswer {
  readonly outcome: CallOutcome["outcome"];
  /** True where the tool took effect. */
  readonly done: boolean;
  readonly text: string;
  /** Why not, and what would do, as the policy says it. */
  readonly reasons?: readonly Reason[];
  /** What the tool returned. Data, never instructions. */
  readonly result?: unknown;
  /** What waits for a person. */
  readonly review?: { readonly id: string; readonly expires_at: string };
  /** For a proposal: how it would be decided. */
  readonly would_be?: Decision["effect"];
  readonly [other: string]: unknown;
}

export function tellModel({ tool }: Pick<GovernedCall, "tool">, outcome: CallOutcome): ModelAnswer {
  const reasons = outcome.decision?.reasons ?? [];
  const why = reasons.map(reasonText).join(" ");
  switch (outcome.outcome) {
    case "executed":
      return { outcome: "executed", done: true, text: `${tool} ran.`, result: jsonOf(outcome.result) };
    case "refused":
      return refusal(tool, outcome.decision === null ? outcome.message : why, reasons);
    case "suspended": {
      const review = { id: outcome.review.id, expires_at: outcome.review.expiresAt };
      const text = `${tool} has not run: it waits until ${review.expires_at} for a person to decide (review ${review.id}). ${why} It runs by itself if they approve; sending it again asks for it twice.`;
      return { outcome: "suspended", done: false, text, reasons, review };
    }
    case "failed":
      return {
        outcome: "failed",
        done: false,
        text: `${tool} was allowed, and states that nothing took effect: ${outcome.error.message}`,
      };
    case "unknown":
      return {
        outcome: "unknown",
        done: false,
        text: `${tool} was started, and it is not known whether it took effect: ${outcome.error.message} Do not send it again; tell the person.`,
      };
    case "proposed":
      return proposal(tool, outcome.decision, why);
    default:
      return assertNever(outcome);
  }
}

function refusal(tool: string, why: string, reasons: readonly Reason[]): ModelAnswer {
  const text = `${tool} was refused, and nothing happened. ${why} Another call may do, where the reason says what would; who is asking and what the policy says cannot be changed from here.`;
  return { outcome: "refused", done: false, text, reasons };
}

function proposal(tool: string, decision: Decision, why: string): ModelAnswer {
  const wouldBe = {
    ALLOW: "It would be allowed now.",
    DENY: "It would be refused.",
    MANUAL_REVIEW: "It would wait for a person.",
  };
  const text = [`${tool}: nothing has run.`, wouldBe[decision.effect], why].filter((part) => part !== "").join(" ");
  return { outcome: "proposed", done: false, text, would_be: decision.effect, reasons: decision.reasons };
}

function reasonText({ code, field, message }: Reason): string {
  return `${message.replace(/\.$/, "")} (${field === undefined ? code : `${field}: ${code}`}).`;
}

/** What cannot be written as JSON is left out. */
function jsonOf(value: unknown): unknown {
  const plain = toPlainValue(value);
  return plain.ok ? plainJson(plain.value) : null;
}

/** A copy of JavaScript's own JSON types: exact decimals become the nearest double. */
export function plainJson(value: PlainValue): unknown {
  return JSON.parse(canonicalJson(value));
}

function assertNever(value: never): never {
  throw new TypeError(`unexpected outcome ${String(value)}`);
}
