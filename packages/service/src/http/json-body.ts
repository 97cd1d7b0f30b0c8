import { JsonError, type JsonErrorCode, parseJson } from "@flyball/engine/values";
import type { FastifyRequest } from "fastify";
import { RequestProblem } from "../problem/problem.ts";
import type { ProblemCode } from "../problem/problem-catalogue.ts";

/** Deeper than any tool's arguments, and far below what the stack carries. */
const maxDepth = 32;

const problems: Readonly<Record<JsonErrorCode, ProblemCode>> = {
  json_syntax: "body_not_json",
  json_lone_surrogate: "body_not_json",
  json_duplicate_key: "key_duplicate",
  json_too_deep: "body_too_deep",
  json_too_large: "body_too_large",
  json_invalid_utf8: "body_not_utf8",
  json_number_limit: "body_number_too_long",
};

/**
 * Strict JSON: a key that stands twice is an error, a number that no double holds keeps its digits, `__proto__` is a key
 * like any other. Throws a `RequestProblem` that names the place.
 */
export function readJsonBody(bytes: Uint8Array): unknown {
  if (bytes.length === 0) throw new RequestProblem("body_missing");
  try {
    return parseJson(bytes, { duplicateKeys: "error", maxDepth });
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    throw new RequestProblem(problems[error.code], { detail: error.message });
  }
}

/** Refuses what would be read wrongly: another character set than UTF-8, a compressed body. */
export function checkBodyHeaders(request: FastifyRequest): void {
  const encoding = request.headers["content-encoding"];
  if (encoding !== undefined && encoding.toLowerCase() !== "identity") {
    throw new RequestProblem("media_type_unsupported", { detail: "the body must not be compressed" });
  }
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(request.headers["content-type"] ?? "")?.[1];
  if (charset !== undefined && charset.toLowerCase() !== "utf-8") {
    throw new RequestProblem("media_type_unsupported", { detail: "the character set must be UTF-8" });
  }
}
