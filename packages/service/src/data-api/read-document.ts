import type { EvaluationFault } from "@flyball/engine";
import {
  getKey,
  hasElement,
  isArray,
  isObject,
  isSet,
  makeObject,
  objectEntries,
  type RegoValue,
} from "@flyball/engine/values";
import type { DocumentStep } from "./document-path.ts";
import type { ServedPolicy } from "./served-policy.ts";

export type DocumentAnswer =
  | { readonly kind: "value"; readonly value: RegoValue }
  | { readonly kind: "undefined" }
  | { readonly kind: "fault"; readonly fault: EvaluationFault }
  /** `document` exists, or may exist, and the module cannot answer for it. */
  | { readonly kind: "not-built"; readonly document: string };

export interface DocumentQuery {
  readonly input: RegoValue | undefined;
  readonly strictBuiltinErrors: boolean;
  /** One time for all evaluations that make up an answer. */
  readonly now: bigint;
}

const UNDEFINED: DocumentAnswer = { kind: "undefined" };

/**
 * The document at a path below `data`: of an entrypoint at or above it, put together from all that lies below it, or of a base document. A rule that no
 * entrypoint covers is never taken for undefined.
 */
export function readDocument(
  served: ServedPolicy,
  steps: readonly DocumentStep[],
  query: DocumentQuery,
): DocumentAnswer {
  const { entrypoints, documents, digests } = served.policy.manifest;
  // As entrypoints are named: a `/` inside of a step is escaped.
  const names = steps.map((step) => String(step).replaceAll("%", "%25").replaceAll("/", "%2F"));
  const covering = longestCovering(
    entrypoints.map(({ name }) => name),
    names,
  );
  const rule = longestCovering(documents, names);
  if (covering !== undefined) {
    const rest = steps.slice(covering.split("/").length);
    // What no rule covers is part of a base document.
    return partOf(evaluate(served, covering, query), rest, { base: rule === undefined });
  }
  if (rule !== undefined) return { kind: "not-built", document: rule };
  const below = namesBelow([...entrypoints.map(({ name }) => name), ...documents], names);
  const unknown: DocumentAnswer = { kind: "not-built", document: names.join("/") || "data" };
  if (digests.data !== "") return unknown;
  if (documents.length === 0) {
    // A module that OPA made does not say which rules there are: what is no base document may be one.
    const base = baseDocument(served, steps);
    return base.kind === "value" && below.size === 0 ? base : unknown;
  }
  if (below.size === 0) return baseDocument(served, steps);
  return compose(served, { steps, below, query });
}

function evaluate(
  { policy }: ServedPolicy,
  entrypoint: string,
  { input, strictBuiltinErrors, now }: DocumentQuery,
): DocumentAnswer {
  const evaluation = policy.evaluate(input, { entrypoint, strictBuiltinErrors, now });
  return evaluation.kind === "fault" ? { kind: "fault", fault: evaluation } : evaluation;
}

/** The longest of the paths that leads to the place, or ends there. */
function longestCovering(paths: readonly string[], names: readonly string[]): string | undefined {
  const known = new Set(paths);
  for (let length = names.length; length > 0; length--) {
    const path = names.slice(0, length).join("/");
    if (known.has(path)) return path;
  }
  return undefined;
}

/** The next steps of the paths that lie below the place. OPA leaves `data.system` out where it is not named. */
function namesBelow(paths: readonly string[], names: readonly string[]): ReadonlySet<string> {
  const start = names.map((name) => `${name}/`).join("");
  const next = paths.filter((path) => path.startsWith(start)).map((path) => path.slice(start.length).split("/")[0]);
  return new Set(next.filter((name): name is string => name !== undefined && (start !== "" || name !== "system")));
}

function baseDocument({ data = {} }: ServedPolicy, steps: readonly DocumentStep[]): DocumentAnswer {
  return partOf({ kind: "value", value: data }, steps, { base: true });
}

/** The base document at a place, covered by what rules say below it. */
function compose(
  served: ServedPolicy,
  {
    steps,
    below,
    query,
  }: { readonly steps: readonly DocumentStep[]; readonly below: ReadonlySet<string>; readonly query: DocumentQuery },
): DocumentAnswer {
  const base = baseDocument(served, steps);
  const members = base.kind === "value" && isObject(base.value) ? objectEntries(base.value) : [];
  const found: (readonly [RegoValue, RegoValue])[] = members.filter(
    ([key]) => typeof key !== "string" || !below.has(key.replaceAll("%", "%25").replaceAll("/", "%2F")),
  );
  for (const escaped of below) {
    const name = escaped.replaceAll("%2F", "/").replaceAll("%25", "%");
    const answer = readDocument(served, [...steps, name], query);
    if (answer.kind === "fault" || answer.kind === "not-built") return answer;
    if (answer.kind === "value") found.push([name, answer.value]);
  }
  return { kind: "value", value: makeObject(found) };
}

function partOf(
  answer: DocumentAnswer,
  steps: readonly DocumentStep[],
  { base }: { readonly base: boolean },
): DocumentAnswer {
  if (answer.kind !== "value") return answer;
  let value: RegoValue | undefined = answer.value;
  for (const step of steps) {
    value = member(value, step);
    // In a base document a number finds the string that is written like it.
    if (value === undefined) return UNDEFINED;
  }
  return { kind: "value", value };

  function member(source: RegoValue, step: DocumentStep): RegoValue | undefined {
    if (isArray(source)) return typeof step === "number" ? source[step] : undefined;
    if (isSet(source)) return hasElement(source, step) ? step : undefined;
    if (!isObject(source)) return undefined;
    return getKey(source, step) ?? (base && typeof step === "number" ? getKey(source, String(step)) : undefined);
  }
}
