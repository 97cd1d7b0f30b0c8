import type { FastifyInstance } from "fastify";
import { sendJson } from "./answer-outcome.ts";
import type { RouteContext } from "./create-service.ts";
import { refuseOtherMethods } from "./refuse-other-methods.ts";

/** Who the verified credential says is asking, and what a page need not offer them. The routes themselves decide. */
export interface MeView {
  readonly principal: {
    readonly tenant: string;
    readonly issuer: string;
    readonly subject: string;
    readonly role: string;
  };
  readonly may: {
    /** Decisions and reviews of everybody in the tenant; otherwise one's own. */
    readonly read_all: boolean;
    readonly halt: boolean;
    readonly halt_everything: boolean;
    /** State what became of other people's actions. */
    readonly settle: boolean;
  };
}

/** `GET /v1/me`. */
export function addMeRoutes(http: FastifyInstance, { principalOf, onlyOwn, mayHalt, maySettle }: RouteContext): void {
  http.get("/v1/me", (request, reply) => {
    const principal = principalOf(request);
    const { tenant, issuer, subject, role } = principal;
    const me: MeView = {
      principal: { tenant, issuer, subject, role },
      may: {
        read_all: onlyOwn(principal) === undefined,
        halt: mayHalt(principal, "tenant"),
        halt_everything: mayHalt(principal, "everything"),
        settle: maySettle(principal),
      },
    };
    return sendJson(reply, 200, me);
  });
  refuseOtherMethods(http, "/v1/me", ["GET"]);
}
