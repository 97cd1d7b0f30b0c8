// The coordinates of the grid test: what a document is, how one value on an axis changes it, and what must hold there.
// Pure data and copies; it asks no policy.

/** A JSON object that is never changed in place: axes make copies along the path that they touch. */
export type GridDocument = Readonly<Record<string, unknown>>;

/** Why a document that carries a value must be denied, whatever else it says. */
export type MustDeny = "unclear" | "barred" | "unknown_role";

export interface AxisValue {
  readonly label: string;
  readonly apply: (document: GridDocument) => GridDocument;
  readonly must?: MustDeny;
  /** The label of the value on this axis that means the same: the whole decision must be the same as there. */
  readonly spells?: string;
  /** Not a step of an axis that worsens, for a value that is neither worse nor better. */
  readonly aside?: true;
}

export interface Axis {
  readonly name: string;
  /** From each value to the next the answer may only become stricter (ALLOW, then MANUAL_REVIEW, then DENY). */
  readonly worsens?: true;
  readonly values: readonly AxisValue[];
}

export interface Grid {
  readonly name: string;
  readonly base: GridDocument;
  readonly axes: readonly Axis[];
}

/** A field that is left out. */
export const ABSENT: unique symbol = Symbol("absent");

function isRecord(value: unknown): value is GridDocument {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A copy of `document` in which the field at `path` (names joined by slashes) is `value`, or missing for `ABSENT`. */
export function withField(document: GridDocument, path: string, value: unknown): GridDocument {
  const slash = path.indexOf("/");
  if (slash < 0) {
    if (value !== ABSENT) return { ...document, [path]: value };
    const { [path]: _removed, ...rest } = document;
    return rest;
  }
  const name = path.slice(0, slash);
  const inner = document[name];
  return { ...document, [name]: withField(isRecord(inner) ? inner : {}, path.slice(slash + 1), value) };
}

function labelOf(value: unknown): string {
  if (value === ABSENT) return "absent";
  return typeof value === "bigint" ? `${value}n` : JSON.stringify(value);
}

export function at(path: string, value: unknown): AxisValue {
  return { label: labelOf(value), apply: (document) => withField(document, path, value) };
}

export function each(path: string, values: readonly unknown[]): AxisValue[] {
  return values.map((value) => at(path, value));
}

/** Values that are no proper value of this field: the answer must be DENY. */
export function unclear(path: string, values: readonly unknown[]): AxisValue[] {
  return values.map((value) => ({ ...at(path, value), must: "unclear" }));
}

/** Several fields set together, under a label of their own. */
export function together(label: string, fields: Readonly<Record<string, unknown>>): AxisValue {
  const entries = Object.entries(fields);
  return {
    label,
    apply: (document) => entries.reduce((changed, [path, value]) => withField(changed, path, value), document),
  };
}
