import { isSessionName } from "@flyball/governor";
import { type FieldError, RequestProblem } from "../../problem/problem.ts";
import { isRecord } from "../action-body.ts";

export interface ChatBody {
  readonly session: string;
  readonly message: string;
}

const fields: readonly string[] = ["session", "message"];

/** `{ "session", "message" }` and nothing else: there is no field for who is asking. Throws a `RequestProblem`. */
export function readChatBody(body: unknown, maxCharacters: number): ChatBody {
  if (!isRecord(body)) throw new RequestProblem("field_invalid", { detail: "the body must be an object" });
  const unknown = Object.keys(body).filter((key) => !fields.includes(key));
  if (unknown.length > 0) {
    const errors = unknown
      .slice(0, 20)
      .map((key) => ({ field: key.slice(0, 100).toWellFormed(), message: "is unknown" }));
    throw new RequestProblem("field_unknown", { errors });
  }
  const missing = fields.filter((key) => !Object.hasOwn(body, key));
  if (missing.length > 0) {
    throw new RequestProblem("field_missing", { errors: missing.map((field) => ({ field, message: "is missing" })) });
  }
  const { session, message } = body;
  const errors: FieldError[] = [];
  if (!isSessionName(session)) errors.push({ field: "session", message: "must be a text of 1 to 128 characters" });
  if (!isMessage(message, maxCharacters)) {
    const rule = `must be a text of 1 to ${maxCharacters} characters, without control characters but line breaks and tabs`;
    errors.push({ field: "message", message: rule });
  }
  if (!isSessionName(session) || !isMessage(message, maxCharacters))
    throw new RequestProblem("field_invalid", { errors });
  return { session, message };
}

function isMessage(value: unknown, maxCharacters: number): value is string {
  if (typeof value !== "string" || value.trim() === "" || value.length > maxCharacters) return false;
  return value.isWellFormed() && !/[^\P{Cc}\n\r\t]/u.test(value);
}
