// HTTP around a governor. In: requests. Out: answers and RFC 9457 problem documents. Each request goes
//
//   headers -> who is asking (bearer token) -> body (strict JSON, bounded) -> shape -> governor -> answer
//
// It decides nothing itself, and no route reads who is asking from anywhere but `principalOf`.

import { randomUUID } from "node:crypto";
import { type Governor, type HaltScope, type Principal, type Store, StoreError } from "@flyball/governor";
import Fastify, { type FastifyError, type FastifyInstance, type FastifyRequest } from "fastify";
import type { TokenSettings } from "../identity/verify-token.ts";
import { verifyToken } from "../identity/verify-token.ts";
import { RequestProblem } from "../problem/problem.ts";
import type { ProblemCode } from "../problem/problem-catalogue.ts";
import { sendProblem } from "../problem/send-problem.ts";
import { createInstruments, type Instruments } from "../telemetry/instruments.ts";
import { addActionRoutes } from "./action-routes.ts";
import { addAdmission } from "./admission.ts";
import { answerBrokenRequest } from "./broken-request.ts";
import type { ChatOptions } from "./chat/chat-agent.ts";
import { addChatRoutes } from "./chat/chat-routes.ts";
import { addDecisionRoutes } from "./decision-routes.ts";
import { addHaltRoutes } from "./halt-routes.ts";
import { addHealthRoutes } from "./health-routes.ts";
import { checkBodyHeaders, readJsonBody } from "./json-body.ts";
import { addMeRoutes } from "./me-routes.ts";
import { addMetricsRoute, type ReadMetrics } from "./metrics-route.ts";
import { addDevelopmentTokenRoute } from "./page/development-token-route.ts";
import type { PageOptions } from "./page/page-options.ts";
import { addPageRoutes } from "./page/page-routes.ts";
import { addReviewRoutes } from "./review-routes.ts";
import { defaultServiceLimits, type ServiceLimits } from "./service-limits.ts";
import { addSettlementRoutes } from "./settlement-routes.ts";

export interface ServiceOptions {
  readonly governor: Governor;
  /** The governor's own store, to read decisions and reviews from. */
  readonly store: Store;
  readonly tokens: TokenSettings;
  readonly limits?: Partial<ServiceLimits>;
  /** Roles that may read every decision of their tenant; everybody may read their own. */
  readonly auditorRoles?: readonly string[];
  /** Roles that may halt within their tenant; `reviewer` and the operators where absent. */
  readonly haltRoles?: readonly string[];
  /** Roles that may halt everything, in every tenant; `operator` where absent. */
  readonly operatorRoles?: readonly string[];
  /** Roles that may state what became of an action that is `unknown`; `reviewer` and the operators where absent. */
  readonly settleRoles?: readonly string[];
  /** People talk to an agent at `/v1/chat`; there is no chat where absent. */
  readonly chat?: ChatOptions;
  /** What is served at `/`; nothing where absent. */
  readonly page?: PageOptions;
  readonly instruments?: Instruments;
  /** What `GET /metrics` answers; without it there is no such address. */
  readonly readMetrics?: ReadMetrics;
  /** Told about every fault that is not the caller's; no request body, token or argument is in it. */
  readonly onFault?: (fault: ServiceFault) => void;
  /** Told about every request that was answered; no body, token or query is in it. */
  readonly onAnswer?: (answer: ServiceAnswer) => void;
}

export interface ServiceAnswer {
  readonly requestId: string;
  readonly method: string;
  /** As the route is written (`/v1/decisions/:id`); empty where there is none. */
  readonly route: string;
  readonly status: number;
  readonly milliseconds: number;
}

export interface ServiceFault {
  readonly requestId: string;
  readonly route: string;
  readonly error: unknown;
}

/** What the routes need. */
export interface RouteContext {
  readonly governor: Governor;
  readonly store: Store;
  readonly principalOf: (request: FastifyRequest) => Principal;
  /** Undefined where they may read everybody's in their tenant. */
  readonly onlyOwn: (principal: Principal) => { readonly issuer: string; readonly subject: string } | undefined;
  readonly mayHalt: (principal: Principal, kind: HaltScope["kind"]) => boolean;
  /** May state what became of other people's actions. */
  readonly maySettle: (principal: Principal) => boolean;
}

export interface Service {
  readonly http: FastifyInstance;
  /** From now on new requests are answered 503 `stopping` and their connections closed. */
  readonly refuseNew: () => void;
}

export function createService(options: ServiceOptions): Service {
  const limits = { ...defaultServiceLimits, ...options.limits };
  const auditorRoles = new Set(options.auditorRoles ?? ["reviewer"]);
  const operatorRoles = new Set(options.operatorRoles ?? ["operator"]);
  const haltRoles = new Set(options.haltRoles ?? ["reviewer"]);
  const settleRoles = new Set(options.settleRoles ?? ["reviewer"]);
  const instruments = options.instruments ?? createInstruments();
  const principals = new WeakMap<FastifyRequest, Principal>();
  let stopping = false;

  const http = Fastify({
    logger: false,
    genReqId: () => randomUUID(),
    bodyLimit: limits.bodyBytes,
    requestTimeout: limits.requestMs,
    connectionTimeout: limits.connectionMs,
    keepAliveTimeout: limits.keepAliveMs,
    routerOptions: { maxParamLength: 200 },
    return503OnClosing: false,
    forceCloseConnections: "idle",
    // How often Node looks for requests that take too long; its own default of 30 s would be the real limit.
    http: { headersTimeout: limits.headersMs, connectionsCheckingInterval: 500, maxHeaderSize: 16_384 },
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: (_error, _request, reply) => {
      void sendProblem(reply, "request_malformed");
    },
  });

  const context: RouteContext = {
    governor: options.governor,
    store: options.store,
    principalOf: (request) => {
      const principal = principals.get(request);
      if (principal === undefined) throw new RequestProblem("token_missing");
      return principal;
    },
    onlyOwn: ({ issuer, subject, role }) => (auditorRoles.has(role) ? undefined : { issuer, subject }),
    // A halt is a person's word against what agents do; an agent that acts for an operator has none.
    mayHalt: ({ role, agent }, kind) =>
      agent === undefined && (operatorRoles.has(role) || (kind !== "everything" && haltRoles.has(role))),
    maySettle: ({ role, agent }) => agent === undefined && (operatorRoles.has(role) || settleRoles.has(role)),
  };

  // JSON is the only body there is, and it is ours to read: Fastify's own parser rounds numbers and keeps the last of
  // two equal keys.
  http.removeAllContentTypeParsers();
  http.addContentTypeParser("application/json", { parseAs: "buffer" }, (request, body, done) => {
    try {
      checkBodyHeaders(request);
      done(null, readJsonBody(body as Buffer));
    } catch (error) {
      done(error as Error);
    }
  });

  http.server.maxConnections = limits.connections;
  const admission = addAdmission(http, { limits, principalOf: context.principalOf });

  http.addHook("onRequest", async (request, reply) => {
    instruments.requestBegan();
    reply.headers({ "cache-control": "no-store", "x-content-type-options": "nosniff", "x-request-id": request.id });
    if (stopping) throw new RequestProblem("stopping");
    if (request.routeOptions.config.isPublic === true) return;
    admission.checkLoad();
    principals.set(request, await verifyToken(request.headers, options.tokens));
  });

  // A connection that is kept open after its last answer would hold up the stop until it times out.
  http.addHook("onSend", (_request, reply, _payload, done) => {
    if (stopping) reply.header("connection", "close");
    done();
  });

  http.addHook("onResponse", (request, reply, done) => {
    const answer = {
      requestId: request.id,
      method: request.method,
      route: request.routeOptions.url ?? "",
      status: reply.statusCode,
      milliseconds: reply.elapsedTime,
    };
    instruments.requestEnded(answer);
    options.onAnswer?.(answer);
    done();
  });

  http.setErrorHandler((error: FastifyError, request, reply) => {
    if (error instanceof RequestProblem) return sendProblem(reply, error.code, error.details);
    const known = fastifyProblems.get(error.code);
    if (known !== undefined) return sendProblem(reply, known);
    options.onFault?.({ requestId: request.id, route: request.routeOptions.url ?? "", error });
    return sendProblem(reply, error instanceof StoreError ? "store_unavailable" : "internal_error");
  });
  http.setNotFoundHandler({ preHandler: [] }, (_request, reply) => sendProblem(reply, "route_unknown"));

  addHealthRoutes(http, context);
  addActionRoutes(http, context);
  addDecisionRoutes(http, context);
  addSettlementRoutes(http, context);
  addReviewRoutes(http, context);
  addHaltRoutes(http, context);
  addMeRoutes(http, context);
  if (options.readMetrics !== undefined) addMetricsRoute(http, { ...context, readMetrics: options.readMetrics });
  const onModelFault = ({ id, routeOptions }: FastifyRequest, message: string): void => {
    const error = new Error(`the model gave no usable answer: ${message}`);
    options.onFault?.({ requestId: id, route: routeOptions.url ?? "", error });
  };
  const chat = options.chat === undefined ? undefined : addChatRoutes(http, context, { ...options.chat, onModelFault });
  if (options.page !== undefined) {
    addPageRoutes(http, options.page);
    if (options.page.development !== undefined) addDevelopmentTokenRoute(http, options.page.development);
  }

  return Object.freeze({
    http,
    refuseNew: () => {
      stopping = true;
      chat?.stop();
    },
  });
}

const fastifyProblems: ReadonlyMap<string, ProblemCode> = new Map([
  ["FST_ERR_CTP_BODY_TOO_LARGE", "body_too_large"],
  ["FST_ERR_CTP_INVALID_MEDIA_TYPE", "media_type_unsupported"],
  ["FST_ERR_CTP_INVALID_CONTENT_LENGTH", "request_malformed"],
  ["FST_ERR_CTP_EMPTY_JSON_BODY", "body_missing"],
  ["ECONNRESET", "request_malformed"],
]);

declare module "fastify" {
  interface FastifyContextConfig {
    /** True where no token is asked for. */
    readonly isPublic?: boolean;
  }
}
