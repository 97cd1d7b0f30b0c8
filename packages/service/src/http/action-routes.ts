import { isIdempotencyKey } from "@flyball/governor";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { RequestProblem } from "../problem/problem.ts";
import { readActionBody } from "./action-body.ts";
import { answerOutcome } from "./answer-outcome.ts";
import type { RouteContext } from "./create-service.ts";
import { refuseOtherMethods } from "./refuse-other-methods.ts";

/** `POST /v1/actions`: the only way to have something done. */
export function addActionRoutes(http: FastifyInstance, { governor, principalOf }: RouteContext): void {
  http.post("/v1/actions", async (request, reply) => {
    const principal = principalOf(request);
    const key = idempotencyKey(request);
    const { session, action, review } = readActionBody(request.body);
    const context = {
      principal,
      session,
      ...(key === undefined ? {} : { idempotencyKey: key }),
      ...(review === undefined ? {} : { review }),
    };
    return answerOutcome(reply, await governor.act(context, action));
  });
  refuseOtherMethods(http, "/v1/actions", ["GET", "POST"]);
}

function idempotencyKey(request: FastifyRequest): string | undefined {
  const key = request.headers["idempotency-key"];
  if (key === undefined) return undefined;
  if (isIdempotencyKey(key)) return key;
  throw new RequestProblem("idempotency_key_invalid", { detail: "it must be 1 to 255 visible ASCII characters, once" });
}
