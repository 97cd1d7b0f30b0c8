import type { FastifyInstance } from "fastify";
import { RequestProblem } from "../problem/problem.ts";
import { sendJson } from "./answer-outcome.ts";
import type { RouteContext } from "./create-service.ts";
import { isId } from "./decision-routes.ts";
import { viewDecision } from "./decision-view.ts";
import { refuseOtherMethods } from "./refuse-other-methods.ts";

/** The address that a 202 names: what waits, why, and until when. */
export function addReviewRoutes(http: FastifyInstance, { store, principalOf, onlyOwn }: RouteContext): void {
  http.get<{ Params: { id: string } }>("/v1/reviews/:id", async (request, reply) => {
    const principal = principalOf(request);
    const { id } = request.params;
    const found = isId(id) ? await store.readReview({ tenant: principal.tenant, id }) : undefined;
    const own = onlyOwn(principal);
    const requester = found?.action.principal;
    const isTheirs = own?.issuer === requester?.issuer && own?.subject === requester?.subject;
    if (found === undefined || (own !== undefined && !isTheirs)) throw new RequestProblem("review_unknown");
    const { action, record, review } = found;
    return sendJson(reply, 200, {
      id: review.id,
      state: found.state,
      expires_at: new Date(review.expiresAt).toISOString(),
      action: {
        id: action.id,
        digest: action.digest,
        requester: action.principal,
        session: action.session,
        tool: action.tool,
        arguments: action.arguments,
      },
      decision: viewDecision(record.decision),
    });
  });
  refuseOtherMethods(http, "/v1/reviews/:id", ["GET"]);
}
