import { RequestProblem } from "../problem/problem.ts";
import { isRecord } from "./action-body.ts";

/** The body as an object that has no other field than these. Throws a `RequestProblem`. */
export function requireKnownFields(body: unknown, known: readonly string[]): Readonly<Record<string, unknown>> {
  if (!isRecord(body)) throw new RequestProblem("field_invalid", { detail: "the body must be an object" });
  const unknown = Object.keys(body).filter((key) => !known.includes(key));
  if (unknown.length === 0) return body;
  const errors = unknown
    .slice(0, 20)
    .map((key) => ({ field: key.slice(0, 100).toWellFormed(), message: "is unknown" }));
  throw new RequestProblem("field_unknown", { errors });
}

/** The reason that every word of a person needs; how long it may be is for the governor to say. Throws a `RequestProblem`. */
export function requireReason({ reason }: Readonly<Record<string, unknown>>): string {
  if (typeof reason === "string") return reason;
  const code = reason === undefined ? "field_missing" : "field_invalid";
  const message = reason === undefined ? "is missing" : "must be a text";
  throw new RequestProblem(code, { errors: [{ field: "reason", message }] });
}
