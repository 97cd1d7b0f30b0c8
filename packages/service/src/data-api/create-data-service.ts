// OPA's REST API for data around a loaded policy. In: requests for documents. Out: what OPA would answer, on which clients of
// OPA rely. It knows no identity and records nothing: it is for tools, tests and shadowing; actions go through the governor.

import Fastify, { type FastifyError, type FastifyInstance } from "fastify";
import { DataRequestError } from "./data-request.ts";
import { addDataRoutes, type DataRoutesOptions } from "./data-routes.ts";
import { sendError } from "./opa-answer.ts";

export interface DataServiceOptions extends Pick<DataRoutesOptions, "current" | "version"> {
  readonly limits?: Partial<DataServiceLimits>;
  /** Told about every error that is neither the caller's nor the policy's. */
  readonly onFault?: (error: unknown) => void;
}

export interface DataServiceLimits {
  /** Of a body, packed or unpacked. */
  readonly bodyBytes: number;
  /** Evaluations in one batch. */
  readonly batchInputs: number;
  readonly requestMs: number;
}

export const defaultDataServiceLimits: DataServiceLimits = {
  bodyBytes: 16 * 1024 * 1024,
  batchInputs: 1_000,
  requestMs: 30_000,
};

const CLIENT_ERRORS: ReadonlyMap<string, { readonly status: number; readonly message: string }> = new Map([
  ["FST_ERR_CTP_BODY_TOO_LARGE", { status: 413, message: "request body too large" }],
  ["FST_ERR_CTP_INVALID_CONTENT_LENGTH", { status: 400, message: "the body is shorter than it says" }],
  ["ECONNRESET", { status: 400, message: "the request ended early" }],
]);

/** A server that does not listen yet: `listen` and `close` are Fastify's. */
export function createDataService(options: DataServiceOptions): FastifyInstance {
  const limits = { ...defaultDataServiceLimits, ...options.limits };
  const http = Fastify({
    logger: false,
    bodyLimit: limits.bodyBytes,
    requestTimeout: limits.requestMs,
    // A path is as long as the headers allow; `GET` carries inputs in the query.
    routerOptions: { maxParamLength: 65_536, ignoreTrailingSlash: true },
    http: { maxHeaderSize: 65_536, connectionsCheckingInterval: 500 },
    forceCloseConnections: "idle",
    frameworkErrors: (_error, request, reply) => {
      void sendError(reply, { status: 400, code: "invalid_parameter", message: `invalid path: ${request.url}` });
    },
  });
  // As OPA: a body is JSON whatever its type says.
  http.removeAllContentTypeParsers();
  http.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));

  http.addHook("onRequest", (_request, reply, done) => {
    reply.headers({ "cache-control": "no-store", "x-content-type-options": "nosniff" });
    done();
  });
  http.setErrorHandler((error: FastifyError, _request, reply) => {
    if (error instanceof DataRequestError) return sendError(reply, error.answer);
    const known = CLIENT_ERRORS.get(error.code);
    if (known !== undefined) return sendError(reply, { ...known, code: "invalid_parameter" });
    options.onFault?.(error);
    return sendError(reply, { status: 500, code: "internal_error", message: "the server failed; its log says why" });
  });
  http.setNotFoundHandler((request, reply) => {
    const isData = /^\/v[01]\/(batch\/)?data(\/|\?|$)/.test(request.url);
    return isData
      ? sendError(reply, {
          status: 405,
          code: "method_not_allowed",
          message: `${request.method} is not carried: the documents of a compiled policy are read, not written`,
        })
      : sendError(reply, { status: 404, code: "not_found", message: `there is nothing at ${request.url}` });
  });
  addDataRoutes(http, { ...options, ...limits });
  return http;
}
