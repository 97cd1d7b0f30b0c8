import type { FastifyReply } from "fastify";
import { jsonText } from "../json/json-text.ts";
import { type ProblemDetails, problemDocument } from "./problem.ts";
import { type ProblemCode, problemCatalogue } from "./problem-catalogue.ts";

/** `extra` members come after those of RFC 9457: a refusal's decision, for one. */
export function sendProblem(
  reply: FastifyReply,
  code: ProblemCode,
  { extra = {}, ...details }: ProblemDetails & { readonly extra?: Readonly<Record<string, unknown>> } = {},
): FastifyReply {
  const { status, retryAfter } = problemCatalogue[code];
  reply.code(status).type("application/problem+json; charset=utf-8");
  if (status === 401) reply.header("www-authenticate", `Bearer error="${bearerError(code)}"`);
  if (retryAfter !== undefined) reply.header("retry-after", String(retryAfter));
  return reply.send(jsonText({ ...problemDocument(code, details), ...extra }));
}

/** RFC 6750, section 3.1. */
function bearerError(code: ProblemCode): string {
  return code === "token_missing" ? "invalid_request" : "invalid_token";
}
