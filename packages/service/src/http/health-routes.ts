import type { Readiness } from "@flyball/governor";
import type { FastifyInstance } from "fastify";
import { sendProblem } from "../problem/send-problem.ts";
import { sendJson } from "./answer-outcome.ts";
import type { RouteContext } from "./create-service.ts";
import { refuseOtherMethods } from "./refuse-other-methods.ts";

/** How long the answer that all is well stands. Milliseconds. */
const freshMs = 250;

/** `live`: the process answers. `ready`: an action could be decided and stored now. Neither asks for a token. */
export function addHealthRoutes(http: FastifyInstance, { governor }: Pick<RouteContext, "governor">): void {
  const config = { isPublic: true };
  const readiness = askOnce(governor);
  http.get("/health/live", { config }, (_request, reply) => sendJson(reply, 200, { status: "live" }));
  http.get("/health/ready", { config }, async (_request, reply) => {
    const found = await readiness();
    return found.ready ? sendJson(reply, 200, { status: "ready" }) : sendProblem(reply, found.code);
  });
  refuseOtherMethods(http, "/health/live", ["GET"]);
  refuseOtherMethods(http, "/health/ready", ["GET"]);
}

/** Nobody needs a token to ask, and each look writes to the disk: whoever asks at the same moment gets one answer. */
function askOnce(governor: RouteContext["governor"]): () => Promise<Readiness> {
  let asked: Promise<Readiness> | undefined;
  const forget = (): void => {
    asked = undefined;
  };
  return () => {
    if (asked !== undefined) return asked;
    const asking = governor.readiness();
    asked = asking;
    asking.then(({ ready }) => (ready ? void setTimeout(forget, freshMs).unref() : forget()), forget);
    return asking;
  };
}
