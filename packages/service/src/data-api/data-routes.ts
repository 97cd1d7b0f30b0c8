import { getKey, isObject, makeObject, objectEntries, type RegoValue } from "@flyball/engine/values";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { DataRequestError, dataFlags, invalidParameter, readBody, readJson } from "./data-request.ts";
import { type DocumentStep, documentPath, referenceText } from "./document-path.ts";
import { errorDocument, evaluationError, notBuilt, type OpaError, sendError, sendJson } from "./opa-answer.ts";
import { type DocumentAnswer, readDocument } from "./read-document.ts";
import type { ServedPolicy } from "./served-policy.ts";

export interface DataRoutesOptions {
  /** Asked once for each request: what it answers is seen by all of the request. */
  readonly current: () => ServedPolicy;
  readonly version: string;
  /** Of a body, packed or unpacked. */
  readonly bodyBytes: number;
  /** Evaluations in one batch. */
  readonly batchInputs: number;
}

const WARNING = { code: "api_usage_warning", message: "'input' key missing from the request" };

/** OPA's REST API for data: `docs/reference/data-api.md`. */
export function addDataRoutes(http: FastifyInstance, options: DataRoutesOptions): void {
  const respond = (answer: (call: DataCall) => FastifyReply) => (request: FastifyRequest, reply: FastifyReply) =>
    answer(dataCall(request, reply, options));

  for (const url of ["/v1/data", "/v1/data/*"]) {
    http.get(
      url,
      respond((call) => {
        const inputs = call.query.getAll("input");
        const text = inputs.at(-1);
        const input = text === undefined ? undefined : readJson(text, "parameter contains malformed input document");
        return answerV1(call, { input, warn: false });
      }),
    );
    http.post(
      url,
      respond((call) => {
        const body = call.body();
        if (body !== undefined && !isObject(body)) throw invalidParameter("the body must be a JSON object");
        const given = body === undefined ? undefined : getKey(body, "input");
        // As in OPA: here, and only here, null is no input.
        const input = given === null ? undefined : given;
        return answerV1(call, { input, warn: input === undefined });
      }),
    );
  }
  for (const url of ["/v0/data", "/v0/data/*"]) http.post(url, respond(answerV0));
  http.post(
    "/",
    respond((call) => answerV0({ ...call, steps: ["system", "main"] })),
  );
  for (const url of ["/v1/batch/data", "/v1/batch/data/*"]) http.post(url, respond(answerBatch));
  // OPA evaluates before it says that it is well; the one who asks needs no policy for that.
  http.get(
    "/health",
    respond(({ reply }) => sendJson(reply, {}, false)),
  );
}

/** A request to the data API, as far as all of its routes read it alike. */
interface DataCall {
  readonly reply: FastifyReply;
  readonly options: DataRoutesOptions;
  readonly query: URLSearchParams;
  readonly steps: readonly DocumentStep[];
  readonly served: ServedPolicy;
  /** Nanoseconds, for durations. */
  readonly started: bigint;
  readonly body: () => RegoValue | undefined;
}

function dataCall(request: FastifyRequest, reply: FastifyReply, options: DataRoutesOptions): DataCall {
  const { pathname, search } = splitUrl(request.url);
  const steps = documentPath(pathname.replace(/^\/+(v0|v1\/batch|v1)\/data/, ""));
  if (steps === undefined) throw invalidParameter(`invalid path: ${pathname}`);
  return {
    reply,
    options,
    query: new URLSearchParams(search),
    steps,
    served: options.current(),
    started: process.hrtime.bigint(),
    body: () => readBody(request, options.bodyBytes),
  };
}

/** By hand: `URL` would take `..` for steps upwards. */
function splitUrl(url: string): { readonly pathname: string; readonly search: string } {
  const at = url.indexOf("?");
  return at < 0 ? { pathname: url, search: "" } : { pathname: url.slice(0, at), search: url.slice(at + 1) };
}

interface Measured {
  readonly answer: DocumentAnswer;
  readonly evaluationNs: bigint;
}

function ask({ served, steps, query }: DataCall, input: RegoValue | undefined): Measured {
  const before = process.hrtime.bigint();
  const now = BigInt(Date.now()) * 1_000_000n;
  const { strictBuiltinErrors } = dataFlags(query);
  const answer = readDocument(served, steps, { input, strictBuiltinErrors, now });
  return { answer, evaluationNs: process.hrtime.bigint() - before };
}

/** What an answer is refused with; undefined where it is a value or undefined. */
function refusal(answer: DocumentAnswer): OpaError | undefined {
  if (answer.kind === "fault") return evaluationError(answer.fault);
  return answer.kind === "not-built" ? notBuilt(answer.document) : undefined;
}

function answerV1(
  call: DataCall,
  { input, warn }: { readonly input: RegoValue | undefined; readonly warn: boolean },
): FastifyReply {
  const parsedNs = process.hrtime.bigint() - call.started;
  const { answer, evaluationNs } = ask(call, input);
  const refused = refusal(answer);
  if (refused !== undefined) return sendError(call.reply, refused);
  const body = {
    ...extras(call, { timer_rego_input_parse_ns: parsedNs, timer_rego_query_eval_ns: evaluationNs }),
    ...(answer.kind === "value" ? { result: answer.value } : {}),
    ...(warn ? { warning: WARNING } : {}),
  };
  return sendJson(call.reply, body, dataFlags(call.query).pretty);
}

/** What `?metrics` and `?provenance` ask for. */
function extras(call: DataCall, timers: Readonly<Record<string, bigint>>): Record<string, RegoValue> {
  const { metrics, provenance } = dataFlags(call.query);
  const handler = process.hrtime.bigint() - call.started;
  const measured = Object.entries({ ...timers, timer_server_handler_ns: handler });
  return {
    ...(metrics ? { metrics: Object.fromEntries(measured.map(([name, time]) => [name, Number(time)])) } : {}),
    ...(provenance ? { provenance: provenanceOf(call) } : {}),
  };
}

function provenanceOf({ served, options }: DataCall): RegoValue {
  const { policy, bundles } = served;
  return {
    version: options.version,
    build_commit: "",
    build_timestamp: "",
    build_hostname: "",
    policy_digest: policy.digest,
    bundles: makeObject(Object.entries(bundles).map(([name, { revision }]) => [name, { revision }])),
  };
}

/** The body is the input, and the answer is the document alone. */
function answerV0(call: DataCall): FastifyReply {
  const { answer } = ask(call, call.body());
  const refused = refusal(answer);
  if (refused !== undefined) return sendError(call.reply, refused);
  if (answer.kind === "value") return sendJson(call.reply, answer.value, dataFlags(call.query).pretty);
  const { documents } = call.served.policy.manifest;
  const what = documents.includes(call.steps.join("/")) ? "document undefined" : "document missing";
  const message = `${what}: ${referenceText(call.steps)}`;
  return sendError(call.reply, { status: 404, code: "undefined_document", message });
}

/** Many inputs for one document, as Enterprise OPA defines it: 207 where some were answered and others were not. */
function answerBatch(call: DataCall): FastifyReply {
  const body = call.body();
  const inputs = body !== undefined && isObject(body) ? getKey(body, "inputs") : undefined;
  if (body === undefined || !isObject(body) || inputs === undefined || !isObject(inputs))
    throw invalidParameter("the body must be a JSON object with an object `inputs`");
  const entries = objectEntries(inputs);
  const { batchInputs } = call.options;
  if (entries.length > batchInputs)
    throw new DataRequestError({
      status: 413,
      code: "invalid_parameter",
      message: `a batch has at most ${batchInputs} inputs; this one has ${entries.length}`,
    });
  const shared = getKey(body, "common_input");
  let evaluationNs = 0n;
  const answers = entries.map(([id, input]) => {
    const measured = ask(call, withShared(input, shared));
    evaluationNs += measured.evaluationNs;
    return { id, answer: measured.answer, refused: refusal(measured.answer) };
  });
  const failed = answers.filter(({ refused }) => refused !== undefined).length;
  const status = failed === 0 ? 200 : failed === answers.length ? 500 : 207;
  const responses = answers.map(({ id, answer, refused }): readonly [RegoValue, RegoValue] => [
    id,
    {
      ...(refused === undefined ? {} : errorDocument(refused)),
      ...(answer.kind === "value" ? { result: answer.value } : {}),
      ...(status === 207 ? { http_status_code: String(refused?.status ?? 200) } : {}),
    },
  ]);
  const document = {
    ...extras(call, { timer_rego_query_eval_ns: evaluationNs }),
    responses: makeObject(responses),
  };
  return sendJson(call.reply.code(status), document, dataFlags(call.query).pretty);
}

/** Members of the shared input that the input does not have itself; anything but two objects is the input alone. */
function withShared(input: RegoValue, shared: RegoValue | undefined): RegoValue {
  if (shared === undefined || !isObject(shared) || !isObject(input)) return input;
  return makeObject([
    ...objectEntries(shared).filter(([key]) => getKey(input, key) === undefined),
    ...objectEntries(input),
  ]);
}
