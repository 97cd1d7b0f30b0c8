import type { FastifyInstance } from "fastify";
import { RequestProblem } from "../problem/problem.ts";
import type { RouteContext } from "./create-service.ts";
import { refuseOtherMethods } from "./refuse-other-methods.ts";

/** What a scraper is given: the text that Prometheus reads, version 0.0.4. */
export type ReadMetrics = () => Promise<string>;

/**
 * `GET /metrics`, for those who may read every decision or halt: how many trades are refused is not everybody's to know.
 */
export function addMetricsRoute(
  http: FastifyInstance,
  { principalOf, onlyOwn, mayHalt, readMetrics }: RouteContext & { readonly readMetrics: ReadMetrics },
): void {
  http.get("/metrics", async (request, reply) => {
    const principal = principalOf(request);
    const isAuditor = onlyOwn(principal) === undefined;
    if (!isAuditor && !mayHalt(principal, "everything")) throw new RequestProblem("role_not_permitted");
    return reply.type("text/plain; version=0.0.4; charset=utf-8").send(await readMetrics());
  });
  refuseOtherMethods(http, "/metrics", ["GET"]);
}
