import { createSourceFile, type PlaceId, type PreparedPolicy, positionAt, type TestRule } from "@flyball/compiler";
import { type RegoValue, toJson } from "@flyball/engine/values";
import { type ReferenceOptions, runReference } from "./reference-run.ts";
import { shorten } from "./shorten.ts";
import type { Failure, FailureValue } from "./test-result.ts";

/** A statement of the test's own body while it is watched. */
interface Watched {
  readonly start: number;
  readonly end: number;
  attempts: number;
  /** The place at which an attempt begins. */
  readonly first: PlaceId;
  values: Map<PlaceId, RegoValue>;
}

interface Explained {
  readonly prepared: PreparedPolicy;
  /** Of the test's file. */
  readonly text: string;
}

/** Kinds of terms whose value tells something that their text does not. */
const TOLD: ReadonlySet<string> = new Set(["var", "ref", "call", "comprehension", "template"]);

/**
 * Runs a failed test once more on the reference interpreter and answers the expression that evaluation came to last and that did not hold, with the values of what is in it. Undefined where no expression was
 * come to, or all held.
 */
export function explainFailure(rule: TestRule, options: ReferenceOptions & Explained): Failure | undefined {
  const { plan, prepared, text } = options;
  const statements = new Map<number, Watched>();
  let current: Watched | undefined;
  let last: Watched | undefined;
  let held = false;
  const inRule = (span: { readonly file: string; readonly start: number; readonly end: number }) =>
    span.file === rule.file && span.start >= rule.span.start && span.end <= rule.span.end;
  runReference({
    ...options,
    onObserve: (id, value) => {
      const place = plan.places[id];
      if (place === undefined || !inRule(place.span)) return;
      if (place.of === "rule") held = true;
      if (place.of === "statement") {
        const span = prepared.statements.statementAt(place.span)?.span;
        if (span === undefined) return;
        current = statements.get(span.start);
        if (current === undefined) {
          current = { start: span.start, end: span.end, attempts: 0, first: id, values: new Map() };
          statements.set(span.start, current);
          last = current;
        }
        if (current.first === id) {
          current.attempts++;
          current.values = new Map();
        }
      } else if (value !== undefined && current !== undefined && TOLD.has(place.of)) current.values.set(id, value);
    },
  });
  if (last === undefined || (held && !rule.hasCases)) return undefined;
  const source = createSourceFile(rule.file, text);
  return {
    line: positionAt(source, last.start).line,
    text: shorten(text.slice(last.start, last.end)),
    attempts: last.attempts,
    values: valuesOf(last, { ...options, file: rule.file }),
  };
}

/** What is in the statement, in the order of evaluation: a term that has no value is undefined, and what would come after it was not come to. */
function valuesOf(
  { start, end, values }: Watched,
  { plan, prepared, text, file }: Pick<ReferenceOptions, "plan"> & Explained & { readonly file: string },
): readonly FailureValue[] {
  const told = new Map<string, FailureValue>();
  for (const [id, { of, span }] of plan.places.entries()) {
    if (!TOLD.has(of) || span.file !== file || span.start < start || span.end > end) continue;
    const written = shorten(text.slice(span.start, span.end), 80);
    const value = values.get(id as PlaceId);
    if (value !== undefined) {
      const shown = shorten(toJson(value));
      if (!isSameText(shown, written)) told.set(written, { text: written, value: shown });
    }
    // A body inside, of an `every` say, may have had nothing to run for.
    else if (prepared.statements.statementAt(span)?.nested === false) {
      if (!told.has(written)) told.set(written, { text: written });
      break;
    }
  }
  return [...told.values()];
}

/** A value that its text says already. */
function isSameText(a: string, b: string): boolean {
  return a.replaceAll(/\s/g, "") === b.replaceAll(/\s/g, "");
}
