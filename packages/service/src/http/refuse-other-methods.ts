import type { FastifyInstance } from "fastify";
import { sendProblem } from "../problem/send-problem.ts";

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/** 405 with Allow, where the address exists and the method does not. GET includes HEAD. */
export function refuseOtherMethods(http: FastifyInstance, url: string, allowed: readonly string[]): void {
  const known = allowed.includes("GET") ? [...allowed, "HEAD"] : allowed;
  http.route({
    url,
    method: methods.filter((method) => !known.includes(method)),
    config: { isPublic: true },
    // Answered before the body is read.
    onRequest: async (_request, reply) => {
      await sendProblem(reply.header("allow", known.join(", ")), "method_not_allowed");
    },
    handler: (_request, reply) => reply,
  });
}
