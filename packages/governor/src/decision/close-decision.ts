// The one place where an evaluation becomes a decision.
//
// In: whatever an evaluation, or the lack of one, left behind. Out: a frozen `Decision`.
// Everything that is not a well-formed ALLOW or MANUAL_REVIEW leaves here as DENY with a reason code; there is no option
// that changes this, and nothing else makes a new `Decision` (a store reads back those that were made here). It never
// throws, whatever it is given.

import { toPlainValue } from "../action/plain-value.ts";
import type { Decision, Effect, Obligations, Reason } from "./decision.ts";
import { isReasonCode, type ReasonCode, reasonCatalogue } from "./reason-catalogue.ts";

/** What identifies the decision being closed; none of it has a say in the effect. */
export interface DecisionContext {
  readonly id: string;
  readonly policyDigest: string | null;
  readonly entrypoint: string | null;
  readonly decidedAt: string;
}

interface Verdict {
  readonly effect: Effect;
  readonly cause: "policy" | "governor";
  readonly reasons: readonly Reason[];
  readonly obligations: Obligations;
}

const maxReasons = 100;
const maxMessageLength = 2_000;
const maxFieldLength = 200;
const policyCode = /^[a-z][a-z0-9_]{0,63}$/;
const noObligations: Obligations = Object.freeze({});

/**
 * `evaluation` is an `Evaluation` of the engine or `{ kind: "fault", code, message }` of the governor's own making; it is
 * read as an unknown value, since nothing that reaches this point is trusted to have a shape.
 */
export function closeDecision(evaluation: unknown, context: DecisionContext): Decision {
  let verdict: Verdict;
  try {
    verdict = judge(evaluation);
  } catch {
    verdict = refuse("engine_fault");
  }
  return Object.freeze({
    id: context.id,
    effect: verdict.effect,
    cause: verdict.cause,
    reasons: verdict.reasons,
    obligations: verdict.obligations,
    policyDigest: context.policyDigest,
    entrypoint: context.entrypoint,
    decidedAt: context.decidedAt,
  });
}

function judge(evaluation: unknown): Verdict {
  if (!isObject(evaluation)) return refuse("engine_fault");
  const kind = own(evaluation, "kind");
  if (kind === "undefined") return refuse("policy_undefined");
  if (kind === "fault") return readFault(evaluation);
  if (kind === "value" && Object.hasOwn(evaluation, "value")) return readAnswer(own(evaluation, "value"));
  return refuse("engine_fault");
}

function readFault(fault: object): Verdict {
  const code = own(fault, "code");
  if (typeof code !== "string" || !isReasonCode(code)) return refuse("engine_fault");
  const issues = own(fault, "issues");
  if (issues !== undefined) return refuseFields(code, issues);
  const message = own(fault, "message");
  return typeof message === "string" && message !== "" ? refuse(code, message) : refuse(code);
}

function refuse(code: ReasonCode, message: string = reasonCatalogue[code].message): Verdict {
  return denyBecause([Object.freeze({ code, message: fit(message) })]);
}

/** One reason for each field that is wrong, all with the one code. */
function refuseFields(code: ReasonCode, issues: unknown): Verdict {
  if (!Array.isArray(issues) || issues.length === 0) return refuse(code);
  const reasons = issues.slice(0, maxReasons).map((issue: { readonly field: string; readonly message: string }) => {
    const message = fit(issue.message === "" ? reasonCatalogue[code].message : issue.message);
    return Object.freeze(issue.field === "" ? { code, message } : { code, message, field: issue.field });
  });
  return denyBecause(reasons);
}

function denyBecause(reasons: Reason[]): Verdict {
  return { effect: "DENY", cause: "governor", reasons: Object.freeze(reasons), obligations: noObligations };
}

/** Messages that come from outside (a schema, a tool) must fit a record and be text that every store can hold. */
function fit(message: string): string {
  return message.slice(0, maxMessageLength).toWellFormed();
}

function readAnswer(answer: unknown): Verdict {
  const fields = typeof answer === "string" ? { decision: answer } : answer;
  if (!isObject(fields) || !isPlainObject(fields)) return invalid("neither a decision's name nor an object");
  for (const key of Reflect.ownKeys(fields)) {
    if (key !== "decision" && key !== "reasons" && key !== "obligations") return invalid("an unknown field");
  }
  const effect = own(fields, "decision");
  if (effect !== "ALLOW" && effect !== "DENY" && effect !== "MANUAL_REVIEW") {
    return invalid("no field `decision` that is exactly ALLOW, DENY or MANUAL_REVIEW");
  }
  const reasons = readReasons(own(fields, "reasons"));
  if (reasons === undefined) return invalid("reasons that are not a list of { code, message, field? }");
  const obligations = readObligations(own(fields, "obligations"));
  if (obligations === undefined) return invalid("obligations that are not an object of JSON values");
  return { effect, cause: "policy", reasons: reasons.length > 0 ? reasons : defaultReasons(effect), obligations };
}

function invalid(found: string): Verdict {
  return refuse("policy_output_invalid", `${reasonCatalogue.policy_output_invalid.message} It has ${found}.`);
}

/** A refusal or a review always says something; an ALLOW need not. */
function defaultReasons(effect: Effect): readonly Reason[] {
  if (effect === "ALLOW") return Object.freeze([]);
  const code = effect === "DENY" ? "policy_denied" : "policy_review";
  return Object.freeze([Object.freeze({ code, message: reasonCatalogue[code].message })]);
}

/** Reasons arrive as an array or, straight from a partial set, as a `Set`. */
function readReasons(value: unknown): readonly Reason[] | undefined {
  if (value === undefined) return [];
  if (!Array.isArray(value) && !(value instanceof Set)) return undefined;
  const reasons: Reason[] = [];
  for (const item of value as Iterable<unknown>) {
    const reason = readReason(item);
    if (reason === undefined || reasons.length === maxReasons) return undefined;
    reasons.push(reason);
  }
  return Object.freeze(reasons);
}

function readReason(item: unknown): Reason | undefined {
  if (!isObject(item) || !isPlainObject(item)) return undefined;
  for (const key of Reflect.ownKeys(item)) {
    if (key !== "code" && key !== "message" && key !== "field") return undefined;
  }
  const code = own(item, "code");
  const message = own(item, "message");
  const field = own(item, "field");
  if (typeof code !== "string" || !policyCode.test(code)) return undefined;
  if (typeof message !== "string" || message.length > maxMessageLength) return undefined;
  if (field === undefined) return Object.freeze({ code, message });
  if (typeof field !== "string" || field.length > maxFieldLength) return undefined;
  return Object.freeze({ code, message, field });
}

function readObligations(value: unknown): Obligations | undefined {
  if (value === undefined) return noObligations;
  if (!isObject(value) || !isPlainObject(value)) return undefined;
  const plain = toPlainValue(value);
  return plain.ok ? (plain.value as Obligations) : undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function own(value: object, key: string): unknown {
  return Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
}
