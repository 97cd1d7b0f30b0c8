import type { DecisionRecord } from "@flyball/governor";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { RequestProblem } from "../problem/problem.ts";
import { sendJson } from "./answer-outcome.ts";
import type { RouteContext } from "./create-service.ts";
import { viewDecisionRecord } from "./decision-view.ts";
import { cursorOf, readPaging } from "./paging.ts";
import { refuseOtherMethods } from "./refuse-other-methods.ts";

/** The log: one's own decisions, or the whole tenant's for an auditor. Somebody else's decision is not there at all. */
export function addDecisionRoutes(http: FastifyInstance, context: RouteContext): void {
  const { governor, store, principalOf, onlyOwn } = context;
  http.get<{ Params: { id: string } }>("/v1/decisions/:id", async (request, reply) =>
    sendJson(reply, 200, viewDecisionRecord(await readRecord(context, request))),
  );
  refuseOtherMethods(http, "/v1/decisions/:id", ["GET"]);

  http.get<{ Params: { id: string } }>("/v1/decisions/:id/rules", async (request, reply) => {
    const record = await readRecord(context, request);
    const rules = governor.rulesOf(record);
    if (rules === undefined) {
      const asked = record.decision.policyDigest !== null;
      const detail = asked ? "another policy is loaded than the one that decided" : "no policy was asked";
      throw new RequestProblem("rules_unavailable", { detail });
    }
    const { spoke, fired, measure } = rules;
    const { policyDigest } = record.decision;
    return sendJson(reply, 200, { policy_digest: policyDigest, spoke, fired, evaluation_ns: measure() });
  });
  refuseOtherMethods(http, "/v1/decisions/:id/rules", ["GET"]);

  http.get<{ Querystring: Record<string, unknown> }>("/v1/decisions", async (request, reply) => {
    const principal = principalOf(request);
    const { limit, before } = readPaging(request.query);
    const person = onlyOwn(principal);
    const page = await store.listDecisions({
      tenant: principal.tenant,
      limit,
      ...(before === undefined ? {} : { before }),
      ...(person === undefined ? {} : { person }),
    });
    const next = page.next === null ? null : cursorOf(page.next);
    return sendJson(reply, 200, { decisions: page.records.map(viewDecisionRecord), next });
  });
  refuseOtherMethods(http, "/v1/decisions", ["GET"]);
}

/** Throws where there is none, or it is not theirs to read. */
async function readRecord(
  { store, principalOf, onlyOwn }: RouteContext,
  request: FastifyRequest<{ Params: { id: string } }>,
): Promise<DecisionRecord> {
  const principal = principalOf(request);
  const { id } = request.params;
  const record = isId(id) ? await store.readDecision({ tenant: principal.tenant, id }) : undefined;
  const own = onlyOwn(principal);
  const isTheirs = own?.issuer === record?.principal.issuer && own?.subject === record?.principal.subject;
  if (record === undefined || (own !== undefined && !isTheirs)) throw new RequestProblem("decision_unknown");
  return record;
}

/** Ids are UUIDs; anything else is not worth a query. */
export function isId(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}
