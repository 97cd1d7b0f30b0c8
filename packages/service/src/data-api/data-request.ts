import { gunzipSync } from "node:zlib";
import { JsonError, parseJson, type RegoValue } from "@flyball/engine/values";
import type { FastifyRequest } from "fastify";
import type { OpaError } from "./opa-answer.ts";

/** A request that is answered with an error document. */
export class DataRequestError extends Error {
  override readonly name = "DataRequestError";
  readonly answer: OpaError;

  constructor(answer: OpaError) {
    super(answer.message);
    this.answer = answer;
  }
}

export function invalidParameter(message: string): DataRequestError {
  return new DataRequestError({ status: 400, code: "invalid_parameter", message });
}

export interface DataFlags {
  readonly pretty: boolean;
  readonly metrics: boolean;
  readonly provenance: boolean;
  readonly strictBuiltinErrors: boolean;
}

export function dataFlags(query: URLSearchParams): DataFlags {
  return {
    pretty: isSet(query, "pretty"),
    metrics: isSet(query, "metrics") || isSet(query, "instrument"),
    provenance: isSet(query, "provenance"),
    strictBuiltinErrors: isSet(query, "strict-builtin-errors"),
  };
}

/** As OPA: `?pretty`, `?pretty=` and `?pretty=true`. */
function isSet(query: URLSearchParams, name: string): boolean {
  const values = query.getAll(name);
  return values.length === 1 && values[0] === "" ? true : values.some((value) => value.toLowerCase() === "true");
}

/** The body's JSON; undefined where there is none. As in OPA the last of equal keys counts. Throws `DataRequestError`. */
export function readBody(request: FastifyRequest, maxBytes: number): RegoValue | undefined {
  const { body } = request;
  if (!Buffer.isBuffer(body) || body.length === 0) return undefined;
  if (/\byaml\b|[-/+]yaml/i.test(request.headers["content-type"] ?? ""))
    throw invalidParameter("a body must be JSON: YAML is not read");
  const bytes = request.headers["content-encoding"] === "gzip" ? unpacked(body, maxBytes) : body;
  return readJson(bytes, "error(s) occurred while decoding request");
}

export function readJson(source: string | Uint8Array, what: string): RegoValue {
  try {
    return parseJson(source, { duplicateKeys: "last", loneSurrogates: "replace" });
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    throw invalidParameter(`${what}: ${error.message}`);
  }
}

function unpacked(body: Buffer, maxBytes: number): Uint8Array {
  try {
    return gunzipSync(body, { maxOutputLength: maxBytes });
  } catch (error) {
    const tooLarge = error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";
    throw new DataRequestError({
      status: tooLarge ? 413 : 400,
      code: "invalid_parameter",
      message: tooLarge ? `compressed request body too large: more than ${maxBytes} bytes` : "the body is no gzip",
    });
  }
}
