import { type Outcome, type Reason, toPlainValue } from "@flyball/governor";
import type { FastifyReply } from "fastify";
import { jsonText } from "../json/json-text.ts";
import { isProblemCode, type ProblemCode } from "../problem/problem-catalogue.ts";
import { sendProblem } from "../problem/send-problem.ts";
import { viewDecision } from "./decision-view.ts";

/** 200 executed, 202 suspended or unknown; refused and failed are problem documents that carry outcome and decision. */
export function answerOutcome(reply: FastifyReply, outcome: Outcome<unknown>): FastifyReply {
  const answer = { outcome: outcome.outcome, decision: viewDecision(outcome.decision), recorded: outcome.recorded };
  switch (outcome.outcome) {
    case "executed":
      return sendJson(reply, 200, { ...answer, result: presentable(outcome.result) });
    case "suspended": {
      const url = `/v1/reviews/${outcome.review.id}`;
      const review = { id: outcome.review.id, url, expires_at: outcome.review.expiresAt };
      return sendJson(reply.header("location", url), 202, { ...answer, review });
    }
    case "unknown": {
      const url = `/v1/actions/${outcome.actionId}`;
      const action = { id: outcome.actionId, url };
      return sendJson(reply.header("location", url), 202, { ...answer, error: outcome.error, action });
    }
    case "failed":
      return sendProblem(reply, "tool_failed", {
        detail: outcome.error.message,
        extra: { ...answer, error: outcome.error },
      });
    case "refused":
      return answerRefusal(reply, outcome.decision.reasons, { ...answer, policy: outcome.decision.cause === "policy" });
    default:
      return assertNever(outcome);
  }
}

/** A refusal of the policy's is 403; one of the governor's has the status of its own code, where it has one. */
function answerRefusal(
  reply: FastifyReply,
  reasons: readonly Reason[],
  { policy, ...extra }: { readonly policy: boolean; readonly [field: string]: unknown },
): FastifyReply {
  const code = policy ? "refused" : problemOf(reasons[0]?.code);
  const detail = reasons.map(({ message }) => message).join(" ");
  if (code !== "arguments_invalid") return sendProblem(reply, code, { detail, extra });
  const errors = reasons.map(({ field, message }) => ({ field: argumentName(field), message }));
  return sendProblem(reply, code, { errors, extra });
}

function problemOf(reason: string | undefined): ProblemCode {
  return reason !== undefined && isProblemCode(reason) ? reason : "refused";
}

function argumentName(field: string | undefined): string {
  return field === undefined ? "arguments" : `arguments.${field}`;
}

/** What a tool returned may be anything; what cannot be written as JSON is left out. */
function presentable(result: unknown): unknown {
  const plain = toPlainValue(result);
  return plain.ok ? plain.value : undefined;
}

export function sendJson(reply: FastifyReply, status: number, body: unknown): FastifyReply {
  return reply.code(status).type("application/json; charset=utf-8").send(jsonText(body));
}

function assertNever(value: never): never {
  throw new TypeError(`unexpected outcome ${String(value)}`);
}
