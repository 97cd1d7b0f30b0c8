// An action as conversations show it: docs/reference/chat.md. In: a call and its outcome. Out: plain JSON values, small enough
// to be kept with the conversation.

import {
  canonicalJson,
  type DecisionRecord,
  type Governor,
  type Outcome,
  type PlainValue,
  type PolicyRule,
  toPlainValue,
} from "@flyball/governor";
import { type DecisionView, viewDecision } from "../decision-view.ts";
import type { ChatCall, ChatOutcome } from "./chat-agent.ts";

export interface ActionView {
  readonly call: string;
  readonly tool: string;
  readonly arguments: PlainValue;
  /** `pending` where it is not known yet. */
  readonly outcome: ChatOutcome["outcome"] | "pending";
  readonly decision?: ShownDecision;
  readonly recorded: boolean;
  readonly result?: PlainValue;
  readonly error?: { readonly code: string; readonly message: string };
  readonly review?: { readonly id: string; readonly url: string; readonly expires_at: string };
  /** Set where nothing could be decided. */
  readonly message?: string;
}

export interface ShownDecision extends DecisionView {
  readonly duration_ns?: bigint;
  readonly rules?: readonly PolicyRule[];
}

const maxArgumentCharacters = 4_096;
const maxResultCharacters = 16_384;

export function viewCall({ id, tool, arguments: args }: ChatCall): Pick<ActionView, "call" | "tool" | "arguments"> {
  return { call: id, tool: tool.slice(0, 64).toWellFormed(), arguments: bounded(args, maxArgumentCharacters) };
}

export function viewAction(
  call: Pick<ActionView, "call" | "tool" | "arguments">,
  outcome: ChatOutcome,
  decision: ShownDecision | undefined,
): ActionView {
  const base = {
    ...call,
    outcome: outcome.outcome,
    ...(decision === undefined ? {} : { decision }),
    recorded: outcome.recorded,
  };
  switch (outcome.outcome) {
    case "executed":
      return { ...base, result: bounded(outcome.result, maxResultCharacters) };
    case "suspended": {
      const { id, expiresAt } = outcome.review;
      return { ...base, review: { id, url: `/v1/reviews/${id}`, expires_at: expiresAt } };
    }
    case "failed":
    case "unknown":
      return { ...base, error: { code: outcome.error.code, message: outcome.error.message } };
    case "refused":
      return outcome.decision === null ? { ...base, message: outcome.message } : base;
    case "proposed":
      return base;
    default:
      return assertNever(outcome);
  }
}

/** With how long it took and which rules spoke, where there is a record of it. */
export function showDecision(
  decision: Outcome<unknown>["decision"],
  record: DecisionRecord | undefined,
  { rulesOf }: Pick<Governor, "rulesOf">,
): ShownDecision {
  const shown = viewDecision(decision);
  if (record === undefined) return shown;
  const rules = rulesOf(record);
  return { ...shown, duration_ns: record.durationNs, ...(rules === undefined ? {} : { rules: rules.spoke }) };
}

/** What is no plain value, or too long to keep, is shown as a text that says so. */
function bounded(value: unknown, maxCharacters: number): PlainValue {
  const plain = toPlainValue(value);
  if (!plain.ok) return null;
  const text = canonicalJson(plain.value);
  return text.length <= maxCharacters ? plain.value : `${text.slice(0, maxCharacters).toWellFormed()} ...`;
}

function assertNever(value: never): never {
  throw new TypeError(`unexpected outcome ${String(value)}`);
}
