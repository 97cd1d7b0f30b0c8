import type { EvaluationFault } from "@flyball/engine";
import { type RegoValue, toJson } from "@flyball/engine/values";
import type { FastifyReply } from "fastify";

/** An error document as OPA's API writes it. */
export interface OpaError {
  readonly status: number;
  /** OPA's codes, and ours for what OPA has no word for: `entrypoint_not_built`, `method_not_allowed`, `not_found`. */
  readonly code: string;
  readonly message: string;
  readonly errors?: readonly RegoValue[];
}

/** OPA's names for what it knows as well. */
const FAULT_CODES: Readonly<Partial<Record<EvaluationFault["code"], string>>> = {
  policy_conflict: "eval_conflict_error",
  builtin_error: "eval_builtin_error",
};

export function notBuilt(document: string): OpaError {
  const message = `${document} is in the policy, or may be, but was not built into the module: name it as an entrypoint (flyball build -e ${document})`;
  return { status: 500, code: "entrypoint_not_built", message };
}

export function evaluationError({ code, message, site }: EvaluationFault): OpaError {
  const location = site === undefined ? {} : { location: { file: site.file, row: site.line, col: site.column } };
  const error: RegoValue = { code: FAULT_CODES[code] ?? code, message, ...location };
  return {
    status: 500,
    code: "internal_error",
    message: "error(s) occurred while evaluating query",
    errors: [error],
  };
}

export function errorDocument({ code, message, errors }: OpaError): Record<string, RegoValue> {
  return { code, message, ...(errors === undefined ? {} : { errors }) };
}

/** OPA writes error documents over several lines, others on one unless `?pretty` asks for more. */
export function sendError(reply: FastifyReply, error: OpaError): FastifyReply {
  return sendJson(reply.code(error.status), errorDocument(error), true);
}

export function sendJson(reply: FastifyReply, body: RegoValue, pretty: boolean): FastifyReply {
  reply.header("content-type", "application/json");
  return reply.send(`${toJson(body, pretty ? { indent: 2 } : {})}\n`);
}
