import type { StandardSchemaV1 } from "@standard-schema/spec";
import { type PlainValue, toPlainValue } from "../action/plain-value.ts";

export interface ArgumentIssue {
  /** Keys and indexes joined with points; empty for the arguments as a whole. */
  readonly field: string;
  readonly message: string;
}

export type ValidatedArguments =
  | { readonly ok: true; readonly value: PlainValue }
  | { readonly ok: false; readonly issues: readonly ArgumentIssue[] };

const maxIssues = 20;

/**
 * Runs the arguments through the tool's schema. The schema sees a frozen plain copy, and what it makes of it is copied and
 * frozen again, so what is judged, digested and executed is one value. Never throws.
 */
export async function validateArguments(schema: StandardSchemaV1, args: unknown): Promise<ValidatedArguments> {
  const before = toPlainValue(args);
  if (!before.ok) return problem(before.path, before.problem);
  let result: StandardSchemaV1.Result<unknown>;
  try {
    result = await schema["~standard"].validate(before.value);
  } catch {
    return problem([], "the tool's schema failed on these arguments");
  }
  if (result.issues !== undefined) {
    return { ok: false, issues: result.issues.slice(0, maxIssues).map(toIssue) };
  }
  const after = toPlainValue(result.value);
  return after.ok ? after : problem(after.path, after.problem);
}

function problem(path: readonly PropertyKey[], message: string): ValidatedArguments {
  return { ok: false, issues: [{ field: fieldName(path), message }] };
}

function toIssue({ path = [], message }: StandardSchemaV1.Issue): ArgumentIssue {
  const keys = path.map((segment) => (typeof segment === "object" ? segment.key : segment));
  return { field: fieldName(keys), message };
}

function fieldName(path: readonly PropertyKey[]): string {
  return path.map(String).join(".").slice(0, 200).toWellFormed();
}
