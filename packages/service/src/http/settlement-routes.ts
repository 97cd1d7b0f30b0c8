// What became of an action, over HTTP: one's own action by its id, the actions of which nobody knows what became of them, and
// a person's word that settles one. Who may speak is the service's configuration; that nobody settles their own action, that
// there is something to settle, and what the word changes are for the governor to say.

import type { SettleByHand, SettleRefusalCode, Store } from "@flyball/governor";
import { StoreError } from "@flyball/governor";
import type { FastifyInstance } from "fastify";
import { RequestProblem } from "../problem/problem.ts";
import type { ProblemCode } from "../problem/problem-catalogue.ts";
import { type ActionView, viewAction } from "./action-view.ts";
import { sendJson } from "./answer-outcome.ts";
import type { RouteContext } from "./create-service.ts";
import { isId } from "./decision-routes.ts";
import { viewDecision } from "./decision-view.ts";
import { requireKnownFields, requireReason } from "./known-fields.ts";
import { readPaging } from "./paging.ts";
import { refuseOtherMethods } from "./refuse-other-methods.ts";

export function addSettlementRoutes(http: FastifyInstance, context: RouteContext): void {
  const { governor, store, principalOf, onlyOwn, maySettle } = context;

  http.get<{ Params: { id: string } }>("/v1/actions/:id", async (request, reply) => {
    const principal = principalOf(request);
    const { id } = request.params;
    const action = isId(id) ? await store.readAction({ tenant: principal.tenant, id }) : undefined;
    const own = onlyOwn(principal);
    const isTheirs = own?.issuer === action?.principal.issuer && own?.subject === action?.principal.subject;
    if (action === undefined || (own !== undefined && !isTheirs)) throw new RequestProblem("action_unknown");
    return sendJson(reply, 200, viewAction(action));
  });
  refuseOtherMethods(http, "/v1/actions/:id", ["GET"]);

  http.get<{ Querystring: Record<string, unknown> }>("/v1/actions", async (request, reply) => {
    const principal = principalOf(request);
    if (!maySettle(principal)) throw new RequestProblem("role_not_permitted");
    const { state, ...paging } = request.query;
    const { limit, before } = readPaging(paging);
    if (state !== "unsettled" || before !== undefined) {
      const detail =
        "state must be unsettled, and there are no pages: the oldest come first, and go when they are settled";
      throw new RequestProblem("query_invalid", { detail });
    }
    return sendJson(reply, 200, await unsettledOf(store, principal.tenant, limit));
  });

  http.post<{ Params: { id: string } }>("/v1/actions/:id/settle", async (request, reply) => {
    const principal = principalOf(request);
    if (!maySettle(principal)) throw new RequestProblem("role_not_permitted");
    const { id } = request.params;
    if (!isId(id)) throw new RequestProblem("action_unknown");
    const answer = await governor.settleByHand({ principal }, { actionId: id, ...readStatement(request.body) });
    if (answer.kind === "refused") {
      throw new RequestProblem(problems[answer.code], { detail: answer.message });
    }
    // Also where the action failed: the word counts, which is what was asked for.
    const { outcome, decision, recorded } = answer.outcome;
    return sendJson(reply, 200, { outcome, decision: viewDecision(decision), recorded });
  });
  refuseOtherMethods(http, "/v1/actions/:id/settle", ["POST"]);
}

const problems: Readonly<Record<SettleRefusalCode, ProblemCode>> = {
  action_unknown: "action_unknown",
  action_not_unknown: "action_not_unknown",
  settler_is_requester: "settler_is_requester",
  settler_is_agent: "role_not_permitted",
  reason_invalid: "field_invalid",
  filled_invalid: "field_invalid",
  store_unavailable: "store_unavailable",
};

interface UnsettledPage {
  readonly actions: readonly ActionView[];
  /** Ids of actions whose rows are damaged: nothing else can be said about them. */
  readonly unreadable: readonly string[];
}

/** What is under way and what nobody knows the outcome of, oldest first. */
async function unsettledOf(store: Store, tenant: string, limit: number): Promise<UnsettledPage> {
  const actions: ActionView[] = [];
  const unreadable: string[] = [];
  const changedBefore = Number.MAX_SAFE_INTEGER;
  for (const { id } of await store.listUnsettled({ tenant, changedBefore, limit })) {
    try {
      const action = await store.readAction({ tenant, id });
      if (action !== undefined) actions.push(viewAction(action));
    } catch (error) {
      if (!(error instanceof StoreError && error.code === "corrupt")) throw error;
      unreadable.push(id);
    }
  }
  return { actions, unreadable };
}

/** `{ "outcome", "reason", "filled"? }`. Throws a `RequestProblem`. */
function readStatement(body: unknown): Omit<SettleByHand, "actionId"> {
  const fields = requireKnownFields(body, ["outcome", "reason", "filled"]);
  const { outcome: state } = fields;
  if (state !== "executed" && state !== "failed") {
    const code = state === undefined ? "field_missing" : "field_invalid";
    throw new RequestProblem(code, { errors: [{ field: "outcome", message: "must be executed or failed" }] });
  }
  const reason = requireReason(fields);
  if (!Object.hasOwn(fields, "filled")) return { state, reason };
  const { filled } = fields;
  if (typeof filled !== "string") {
    throw new RequestProblem("field_invalid", { errors: [{ field: "filled", message: "must be a decimal as text" }] });
  }
  return { state, reason, filled };
}
