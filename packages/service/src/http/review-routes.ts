// Reviews over HTTP: what waits, and a person's word on it. Who may speak is for the governor to say (four eyes, the
// approver roles of the decision); who may look is the requester and the auditors of the tenant.

import type { ReviewState, Variation } from "@flyball/governor";
import type { FastifyInstance } from "fastify";
import { RequestProblem } from "../problem/problem.ts";
import { isProblemCode } from "../problem/problem-catalogue.ts";
import { isRecord } from "./action-body.ts";
import { answerOutcome, sendJson } from "./answer-outcome.ts";
import type { RouteContext } from "./create-service.ts";
import { isId } from "./decision-routes.ts";
import { viewDecision } from "./decision-view.ts";
import { requireKnownFields, requireReason } from "./known-fields.ts";
import { cursorOf, readPaging } from "./paging.ts";
import { refuseOtherMethods } from "./refuse-other-methods.ts";
import { viewReview } from "./review-view.ts";

const states: readonly ReviewState[] = ["pending", "approved", "rejected", "expired"];

export function addReviewRoutes(http: FastifyInstance, { governor, store, principalOf, onlyOwn }: RouteContext): void {
  http.get<{ Querystring: Record<string, unknown> }>("/v1/reviews", async (request, reply) => {
    const principal = principalOf(request);
    const { state, ...paging } = request.query;
    const wanted = states.find((known) => known === state);
    if (state !== undefined && wanted === undefined) {
      throw new RequestProblem("query_invalid", { detail: `state must be one of ${states.join(", ")}` });
    }
    const { limit, before } = readPaging(paging);
    const person = onlyOwn(principal);
    const page = await store.listReviews({
      tenant: principal.tenant,
      limit,
      ...(wanted === undefined ? {} : { state: wanted }),
      ...(before === undefined ? {} : { before }),
      ...(person === undefined ? {} : { person }),
    });
    const next = page.next === null ? null : cursorOf(page.next);
    return sendJson(reply, 200, { reviews: page.reviews.map(viewReview), next });
  });
  refuseOtherMethods(http, "/v1/reviews", ["GET"]);

  http.get<{ Params: { id: string } }>("/v1/reviews/:id", async (request, reply) => {
    const principal = principalOf(request);
    const { id } = request.params;
    const found = isId(id) ? await store.readReview({ tenant: principal.tenant, id }) : undefined;
    const own = onlyOwn(principal);
    const requester = found?.action.principal;
    const isTheirs = own?.issuer === requester?.issuer && own?.subject === requester?.subject;
    if (found === undefined || (own !== undefined && !isTheirs)) throw new RequestProblem("review_unknown");
    return sendJson(reply, 200, viewReview(found));
  });
  refuseOtherMethods(http, "/v1/reviews/:id", ["GET"]);

  for (const verdict of ["approve", "reject"] as const) {
    const url = `/v1/reviews/:id/${verdict}`;
    http.post<{ Params: { id: string } }>(url, async (request, reply) => {
      const principal = principalOf(request);
      const { id } = request.params;
      if (!isId(id)) throw new RequestProblem("review_unknown");
      const word = { id, verdict, ...readWord(request.body, verdict) };
      const resolution = await governor.resolveReview({ principal }, word);
      if (resolution.kind === "refused") {
        const { code, message } = resolution;
        throw new RequestProblem(isProblemCode(code) ? code : "field_invalid", { detail: message });
      }
      const { outcome } = resolution;
      // A rejection that counts is what the reviewer asked for, not a problem.
      if (verdict === "reject") {
        return sendJson(reply, 200, {
          outcome: outcome.outcome,
          decision: viewDecision(outcome.decision),
          recorded: outcome.recorded,
        });
      }
      return answerOutcome(reply, outcome);
    });
    refuseOtherMethods(http, url, ["POST"]);
  }
}

/** `{ "reason", "variation"? }`; what may be in them is for the governor to say. */
function readWord(
  body: unknown,
  verdict: "approve" | "reject",
): { readonly reason: string; readonly variation?: Variation } {
  const fields = requireKnownFields(body, verdict === "approve" ? ["reason", "variation"] : ["reason"]);
  const reason = requireReason(fields);
  if (!Object.hasOwn(fields, "variation")) return { reason };
  const { variation } = fields;
  const until =
    isRecord(variation) && typeof variation["until"] === "string" ? Date.parse(variation["until"]) : Number.NaN;
  if (!isRecord(variation) || !Number.isFinite(until)) {
    const message = 'must be { "bounds": { ARGUMENT: { "at_most" | "within_percent": TEXT } }, "until": ISO 8601 }';
    throw new RequestProblem("field_invalid", { errors: [{ field: "variation", message }] });
  }
  return { reason, variation: { ...variation, until } as unknown as Variation };
}
