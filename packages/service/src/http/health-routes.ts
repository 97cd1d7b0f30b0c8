import type { FastifyInstance } from "fastify";
import { sendProblem } from "../problem/send-problem.ts";
import { sendJson } from "./answer-outcome.ts";
import type { RouteContext } from "./create-service.ts";
import { refuseOtherMethods } from "./refuse-other-methods.ts";

/** `live`: the process answers. `ready`: an action could be decided and stored now. Neither asks for a token. */
export function addHealthRoutes(http: FastifyInstance, { governor }: Pick<RouteContext, "governor">): void {
  const config = { isPublic: true };
  http.get("/health/live", { config }, (_request, reply) => sendJson(reply, 200, { status: "live" }));
  http.get("/health/ready", { config }, async (_request, reply) => {
    const readiness = await governor.readiness();
    return readiness.ready ? sendJson(reply, 200, { status: "ready" }) : sendProblem(reply, readiness.code);
  });
  refuseOtherMethods(http, "/health/live", ["GET"]);
  refuseOtherMethods(http, "/health/ready", ["GET"]);
}
