import type { FastifyInstance } from "fastify";
import { RequestProblem } from "../problem/problem.ts";
import { sendJson } from "./answer-outcome.ts";
import type { RouteContext } from "./create-service.ts";
import { viewDecisionRecord } from "./decision-view.ts";
import { refuseOtherMethods } from "./refuse-other-methods.ts";

const defaultPage = 50;
const maxPage = 200;

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

function readPaging(query: Record<string, unknown>): { readonly limit: number; readonly before: number | undefined } {
  const unknown = Object.keys(query).find((name) => name !== "cursor" && name !== "limit");
  if (unknown !== undefined) throw new RequestProblem("query_invalid", { detail: "only cursor and limit are known" });
  const { limit = String(defaultPage), cursor } = query;
  const size = typeof limit === "string" && /^[1-9][0-9]{0,2}$/.test(limit) ? Number(limit) : 0;
  if (size < 1 || size > maxPage)
    throw new RequestProblem("query_invalid", { detail: `limit must be 1 to ${maxPage}` });
  return { limit: size, before: cursor === undefined ? undefined : positionOf(cursor) };
}

/** Cursors are opaque to callers; inside is the position after which the next page begins. */
function cursorOf(position: number): string {
  return Buffer.from(`v1:${position}`).toString("base64url");
}

function positionOf(cursor: unknown): number {
  const text = typeof cursor === "string" ? Buffer.from(cursor, "base64url").toString("latin1") : "";
  const position = /^v1:([0-9]{1,15})$/.exec(text)?.[1];
  if (position === undefined) throw new RequestProblem("query_invalid", { detail: "the cursor is not one of ours" });
  return Number(position);
}
