// Holds a policy against what must be true of every decision, on every point of a set of grids. In: grids, and `decide`,
// a function from an input document to an evaluation. Out: a report of how many points were asked, what was answered and
// every kind of fault with examples. It knows no thresholds: it finds faults in any policy that takes these documents.

import type { Axis, Grid, GridDocument, MustDeny } from "./grid-axis.ts";

/** The evaluation of @flyball/engine, by shape, so that any evaluator can be checked. */
export type GridEvaluation =
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "undefined" }
  | { readonly kind: "fault"; readonly code: string; readonly message: string };

export type GridFaultKind =
  | "conflict"
  | "evaluation_fault"
  | "undefined"
  | "malformed_decision"
  | "unexplained_decision"
  | "unclear_not_denied"
  | "barred_not_denied"
  | "unknown_role_not_denied"
  | "milder_when_worse"
  | "spelling_changes_answer";

interface GridFault {
  readonly kind: GridFaultKind;
  readonly grid: string;
  /** The axis along which an answer became milder, or on which a spelling changed it. */
  readonly axis?: string;
  /** Axis name to label of the value there. */
  readonly point: Readonly<Record<string, string>>;
  readonly detail: string;
}

export interface GridReport {
  readonly points: number;
  readonly effects: Readonly<Record<"ALLOW" | "MANUAL_REVIEW" | "DENY", number>>;
  readonly reasonCodes: ReadonlySet<string>;
  readonly faultCounts: ReadonlyMap<GridFaultKind, number>;
  /** At most `EXAMPLES` of each kind in each grid. */
  readonly faults: readonly GridFault[];
}

export interface GridCheck {
  readonly grids: readonly Grid[];
  readonly decide: (document: GridDocument) => GridEvaluation;
  /** Called with each document and its evaluation, for a comparison with another opinion. */
  readonly onEvaluation?: (document: GridDocument, evaluation: GridEvaluation) => void;
}

const EXAMPLES = 3;
const EFFECTS = ["ALLOW", "MANUAL_REVIEW", "DENY"] as const;
const MUST_FAULT: Readonly<Record<MustDeny, GridFaultKind>> = {
  unclear: "unclear_not_denied",
  barred: "barred_not_denied",
  unknown_role: "unknown_role_not_denied",
};

/** Codes that a policy gives when no rule of its own spoke: a complete policy never needs them. */
const LAST_RESORTS: ReadonlySet<unknown> = new Set(["not_permitted", "policy_data_missing"]);

interface Reason {
  readonly code: string;
  readonly field: string;
  readonly message: string;
}

type Reading =
  | { readonly kind: "decision"; readonly severity: number; readonly reasons: readonly Reason[] | undefined }
  | { readonly kind: "malformed"; readonly detail: string };

function isReason(value: unknown): value is Reason {
  if (typeof value !== "object" || value === null) return false;
  const { code, field, message, ...rest } = value as Record<string, unknown>;
  return (
    [code, field, message].every((text) => typeof text === "string" && text !== "") && Object.keys(rest).length === 0
  );
}

/** A decision is one of the three words, or an object with exactly the three parts. */
function readDecision(value: unknown): Reading {
  const parts: { decision?: unknown; reasons?: unknown; obligations?: unknown } =
    typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : { decision: value };
  const severity = EFFECTS.indexOf(parts.decision as "ALLOW");
  if (severity < 0) return { kind: "malformed", detail: "not one of the three words" };
  if (typeof value === "string") return { kind: "decision", severity, reasons: undefined };
  const { reasons, obligations } = parts;
  if (Object.keys(parts).sort().join() !== "decision,obligations,reasons") {
    return { kind: "malformed", detail: `has the parts ${Object.keys(parts).join()}` };
  }
  if (typeof obligations !== "object" || obligations === null || Array.isArray(obligations)) {
    return { kind: "malformed", detail: "obligations are no object" };
  }
  if (!Array.isArray(reasons) || !reasons.every(isReason)) {
    return { kind: "malformed", detail: "a reason lacks its code, field or message" };
  }
  return { kind: "decision", severity, reasons };
}

function before(a: Reason, b: Reason): boolean {
  if (a.code !== b.code) return a.code < b.code;
  if (a.field !== b.field) return a.field < b.field;
  return a.message < b.message;
}

function explanationFault(severity: number, reasons: readonly Reason[]): string | undefined {
  if ((severity === 0) !== (reasons.length === 0)) return `${EFFECTS[severity]} with ${reasons.length} reasons`;
  for (const [index, reason] of reasons.entries()) {
    if (LAST_RESORTS.has(reason.code)) return `no rule of its own spoke: ${reason.code}`;
    const previous = reasons[index - 1];
    if (previous !== undefined && !before(previous, reason)) return `reasons out of order or twice: ${reason.code}`;
  }
  return undefined;
}

/** Asks `decide` for every point of every grid. A point without a well-formed decision counts as DENY, as it would act. */
export function checkGrid({ grids, decide, onEvaluation }: GridCheck): GridReport {
  let points = 0;
  const effects = { ALLOW: 0, MANUAL_REVIEW: 0, DENY: 0 };
  const reasonCodes = new Set<string>();
  const faultCounts = new Map<GridFaultKind, number>();
  const faults: GridFault[] = [];
  const shown = new Map<string, number>();

  for (const grid of grids) checkOne(grid);
  return { points, effects, reasonCodes, faultCounts, faults };

  function checkOne(grid: Grid): void {
    const { axes } = grid;
    const strides = stridesOf(axes);
    const size = axes.reduce((product, axis) => product * axis.values.length, 1);
    const severities = new Uint8Array(size);
    const spells = axes.some((axis) => axis.values.some((value) => value.spells !== undefined));
    const answers: string[] | undefined = spells ? [] : undefined;

    walk(0, 0, grid.base, undefined);
    for (const [position, axis] of axes.entries()) {
      if (axis.worsens) compareSteps(position, axis);
      if (answers !== undefined) compareSpellings(position, axis, answers);
    }

    function walk(position: number, index: number, document: GridDocument, must: MustDeny | undefined): void {
      const axis = axes[position];
      if (axis === undefined) {
        ask(index, document, must);
        return;
      }
      for (const [step, value] of axis.values.entries()) {
        walk(position + 1, index + step * (strides[position] ?? 0), value.apply(document), must ?? value.must);
      }
    }

    function ask(index: number, document: GridDocument, must: MustDeny | undefined): void {
      points += 1;
      const evaluation = decide(document);
      onEvaluation?.(document, evaluation);
      const severity = readSeverity(index, evaluation);
      severities[index] = severity;
      if (answers !== undefined) answers[index] = JSON.stringify(evaluation);
      const effect = EFFECTS[severity] ?? "DENY";
      effects[effect] += 1;
      if (must !== undefined && effect !== "DENY") report(MUST_FAULT[must], index, `${effect} for what must be denied`);
    }

    function readSeverity(index: number, evaluation: GridEvaluation): number {
      const denied = EFFECTS.length - 1;
      if (evaluation.kind === "undefined") {
        report("undefined", index, "the entrypoint is undefined");
        return denied;
      }
      if (evaluation.kind === "fault") {
        const kind = evaluation.code === "policy_conflict" ? "conflict" : "evaluation_fault";
        report(kind, index, `${evaluation.code}: ${evaluation.message}`);
        return denied;
      }
      const reading = readDecision(evaluation.value);
      if (reading.kind === "malformed") {
        report("malformed_decision", index, reading.detail);
        return denied;
      }
      if (reading.reasons !== undefined) {
        for (const reason of reading.reasons) reasonCodes.add(reason.code);
        const detail = explanationFault(reading.severity, reading.reasons);
        if (detail !== undefined) report("unexplained_decision", index, detail);
      }
      return reading.severity;
    }

    /** Follows the axis from each point at its beginning. */
    function compareSteps(position: number, axis: Axis): void {
      const steps = axis.values.flatMap((value, step) => (value.must === undefined && !value.aside ? [step] : []));
      for (const origin of origins(position, axis)) {
        for (let next = 1; next < steps.length; next += 1) {
          const from = origin + (steps[next - 1] ?? 0) * (strides[position] ?? 0);
          const to = origin + (steps[next] ?? 0) * (strides[position] ?? 0);
          const [earlier = 0, later = 0] = [severities[from], severities[to]];
          if (later < earlier) report("milder_when_worse", to, `${EFFECTS[earlier]}, then ${EFFECTS[later]}`, axis);
        }
      }
    }

    function compareSpellings(position: number, axis: Axis, given: readonly string[]): void {
      for (const [step, value] of axis.values.entries()) {
        const same = axis.values.findIndex((other) => other.label === value.spells);
        if (same < 0) continue;
        for (const origin of origins(position, axis)) {
          const [here, there] = [step, same].map((offset) => given[origin + offset * (strides[position] ?? 0)]);
          const index = origin + step * (strides[position] ?? 0);
          if (here !== there) report("spelling_changes_answer", index, `${there} becomes ${here}`, axis);
        }
      }
    }

    /** The points with the first value on the axis at `position`. */
    function* origins(position: number, axis: Axis): Generator<number> {
      const stride = strides[position] ?? 1;
      for (let block = 0; block < size; block += stride * axis.values.length) {
        for (let offset = 0; offset < stride; offset += 1) yield block + offset;
      }
    }

    function report(kind: GridFaultKind, index: number, detail: string, axis?: Axis): void {
      faultCounts.set(kind, (faultCounts.get(kind) ?? 0) + 1);
      const key = `${grid.name} ${kind}`;
      const seen = (shown.get(key) ?? 0) + 1;
      shown.set(key, seen);
      if (seen > EXAMPLES) return;
      const point = Object.fromEntries(
        axes.map(({ name, values }, position) => {
          const step = Math.floor(index / (strides[position] ?? 1)) % values.length;
          return [name, values[step]?.label ?? ""];
        }),
      );
      faults.push({ kind, grid: grid.name, ...(axis === undefined ? {} : { axis: axis.name }), point, detail });
    }
  }
}

/** How far apart in the flat list of points neighbours on each axis are; the last axis runs fastest. */
function stridesOf(axes: readonly Axis[]): number[] {
  let stride = 1;
  const strides = axes.map((_, position) => {
    const here = stride;
    stride *= axes[axes.length - 1 - position]?.values.length ?? 1;
    return here;
  });
  return strides.reverse();
}
