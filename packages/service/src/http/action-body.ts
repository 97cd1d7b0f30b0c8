import { isSessionName, type ProposedAction } from "@flyball/governor";
import { type FieldError, RequestProblem } from "../problem/problem.ts";
import { isId } from "./decision-routes.ts";

export interface ActionBody {
  readonly session: string;
  readonly action: ProposedAction;
  /** The approved review that this action is a variation of. */
  readonly review: string | undefined;
}

const required = ["tool", "session", "arguments"] as const;
const fields: ReadonlySet<string> = new Set([...required, "review"]);

/**
 * `{ "tool", "session", "arguments", "review"? }` and nothing else: there is no field for who is asking. What the arguments must look
 * like is for the tool to say. Throws a `RequestProblem`.
 */
export function readActionBody(body: unknown): ActionBody {
  if (!isRecord(body)) throw new RequestProblem("field_invalid", { detail: "the body must be an object" });
  const unknown = Object.keys(body).filter((key) => !fields.has(key));
  if (unknown.length > 0) {
    throw new RequestProblem("field_unknown", { errors: unknown.slice(0, 20).map(unknownField) });
  }
  const missing = required.filter((key) => !Object.hasOwn(body, key));
  if (missing.length > 0) {
    throw new RequestProblem("field_missing", { errors: missing.map((field) => ({ field, message: "is missing" })) });
  }
  const { tool, session, arguments: args } = body;
  const review = Object.hasOwn(body, "review") ? body["review"] : undefined;
  const errors: FieldError[] = [];
  if (typeof tool !== "string") errors.push({ field: "tool", message: "must be a text" });
  if (!isSessionName(session)) errors.push({ field: "session", message: "must be a text of 1 to 128 characters" });
  if (!isRecord(args)) errors.push({ field: "arguments", message: "must be an object" });
  if (review !== undefined && (typeof review !== "string" || !isId(review))) {
    errors.push({ field: "review", message: "must be the id of a review" });
  }
  if (typeof tool !== "string" || !isSessionName(session) || errors.length > 0) {
    throw new RequestProblem("field_invalid", { errors });
  }
  return { session, action: { tool, arguments: args }, review: typeof review === "string" ? review : undefined };
}

function unknownField(key: string): FieldError {
  const field = key.slice(0, 100).toWellFormed();
  const isClaim = ["role", "roles", "principal", "subject", "tenant", "issuer", "user"].includes(key);
  return { field, message: isClaim ? "is unknown: who is asking is read from the bearer token only" : "is unknown" };
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  return Object.getPrototypeOf(value) === Object.prototype;
}
