// Stopping and releasing over HTTP. A halt is a resource named by its scope: PUT puts it in force, DELETE lifts it, GET shows
// what is in force and who put and lifted what. Everybody else's tenant is out of reach, but for operators.

import type { HaltScope } from "@flyball/governor";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { RequestProblem } from "../problem/problem.ts";
import { isRecord } from "./action-body.ts";
import { sendJson } from "./answer-outcome.ts";
import type { RouteContext } from "./create-service.ts";
import { viewHalt } from "./halt-view.ts";
import { requireKnownFields, requireReason } from "./known-fields.ts";
import { refuseOtherMethods } from "./refuse-other-methods.ts";

const kinds: ReadonlyMap<unknown, readonly string[]> = new Map([
  ["everything", []],
  ["tenant", []],
  ["trader", ["issuer", "subject"]],
  ["client", ["client"]],
  ["tool", ["tool"]],
]);

export function addHaltRoutes(http: FastifyInstance, { governor, principalOf, mayHalt }: RouteContext): void {
  http.get("/v1/halts", async (request, reply) => {
    const principal = principalOf(request);
    if (!mayHalt(principal, "tenant")) throw new RequestProblem("role_not_permitted");
    const { halts, events } = await governor.halts(principal.tenant);
    return sendJson(reply, 200, {
      halts: halts.map(viewHalt),
      events: events.map((event) => ({ event: event.event, ...viewHalt(event) })),
    });
  });

  http.put("/v1/halts", async (request, reply) => {
    const principal = principalOf(request);
    const halt = readHalt(request);
    if (!mayHalt(principal, halt.scope.kind)) throw new RequestProblem("role_not_permitted");
    await misused(() => governor.putHalt({ principal }, halt));
    return sendJson(reply, 200, { halted: halt.scope });
  });

  http.delete("/v1/halts", async (request, reply) => {
    const principal = principalOf(request);
    const halt = readHalt(request);
    if (!mayHalt(principal, halt.scope.kind)) throw new RequestProblem("role_not_permitted");
    if (!(await misused(() => governor.liftHalt({ principal }, halt)))) throw new RequestProblem("halt_unknown");
    return sendJson(reply, 200, { lifted: halt.scope });
  });
  refuseOtherMethods(http, "/v1/halts", ["GET", "PUT", "DELETE"]);
}

/** `{ "scope": { "kind", ... }, "reason" }`. Throws a `RequestProblem`. */
function readHalt({ body }: FastifyRequest): { readonly scope: HaltScope; readonly reason: string } {
  const fields = requireKnownFields(body, ["scope", "reason"]);
  const { scope } = fields;
  const names = isRecord(scope) ? kinds.get(scope["kind"]) : undefined;
  const isComplete =
    isRecord(scope) &&
    names !== undefined &&
    Object.keys(scope).length === names.length + 1 &&
    names.every((name) => typeof scope[name] === "string");
  if (!isComplete) {
    const message =
      "must be { kind: everything | tenant }, { kind: trader, issuer, subject }, { kind: client, client } or { kind: tool, tool }";
    throw new RequestProblem("field_invalid", { errors: [{ field: "scope", message }] });
  }
  return { scope: scope as unknown as HaltScope, reason: requireReason(fields) };
}

/** What the governor calls misuse is here what a caller sent. */
async function misused<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof TypeError) throw new RequestProblem("field_invalid", { detail: error.message });
    throw error;
  }
}
