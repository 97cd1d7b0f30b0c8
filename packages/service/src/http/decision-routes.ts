import type { FastifyInstance } from "fastify";
import { RequestProblem } from "../problem/problem.ts";
import { sendJson } from "./answer-outcome.ts";
import type { RouteContext } from "./create-service.ts";
import { viewDecisionRecord } from "./decision-view.ts";
import { cursorOf, readPaging } from "./paging.ts";
import { refuseOtherMethods } from "./refuse-other-methods.ts";

/** The log: one's own decisions, or the whole tenant's for an auditor. Somebody else's decision is not there at all. */
export function addDecisionRoutes(http: FastifyInstance, { store, principalOf, onlyOwn }: RouteContext): void {
  http.get<{ Params: { id: string } }>("/v1/decisions/:id", async (request, reply) => {
    const principal = principalOf(request);
    const { id } = request.params;
    const record = isId(id) ? await store.readDecision({ tenant: principal.tenant, id }) : undefined;
    const own = onlyOwn(principal);
    const isTheirs = own?.issuer === record?.principal.issuer && own?.subject === record?.principal.subject;
    if (record === undefined || (own !== undefined && !isTheirs)) throw new RequestProblem("decision_unknown");
    return sendJson(reply, 200, viewDecisionRecord(record));
  });
  refuseOtherMethods(http, "/v1/decisions/:id", ["GET"]);

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

/** Ids are UUIDs; anything else is not worth a query. */
export function isId(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}
