import { type BuiltinEnvironment, BuiltinError } from "@flyball/engine";
import {
  getKey,
  isArray,
  isObject,
  JsonError,
  makeObject,
  objectEntries,
  parseJson,
  type RegoObject,
  type RegoValue,
  structuralKey,
} from "@flyball/engine/values";
import type { BuiltinTable } from "../builtin-table.ts";
import { decodeUtf8 } from "../bytes.ts";
import type { BuiltinGrants } from "../granted/grants.ts";
import type { HttpResponse, HttpTransport } from "../granted/http-transport.ts";
import { objectAt } from "../operand.ts";
import { booleanParameter, readRequest } from "./read-request.ts";
import { requestAt } from "./request-parameters.ts";

/**
 * `http.send` over the application's transport. The same request has the same answer for the rest of the evaluation; beyond that nothing is kept, whatever `cache` and `force_cache` say.
 * `parseYaml` reads bodies in YAML; it is given from outside so that the library comes only with this family.
 */
export function httpSend({ http }: BuiltinGrants, parseYaml: (text: string) => RegoValue): BuiltinTable {
  if (http === undefined) return {};
  return {
    "http.send": (args, environment) => {
      const raises = booleanParameter(objectAt(args, 0), "raise_error", true);
      try {
        return answer(requestAt(args, 0), { http, parseYaml, environment });
      } catch (error) {
        if (!(error instanceof BuiltinError) || error.fatal || raises) throw error;
        return failure(error);
      }
    },
  };
}

interface Sending {
  readonly http: HttpTransport;
  readonly parseYaml: (text: string) => RegoValue;
  readonly environment: BuiltinEnvironment;
}

function answer(request: RegoObject, { http, parseYaml, environment }: Sending): RegoValue {
  const key = `http.send ${structuralKey(withoutIgnoredHeaders(request))}`;
  const known = environment.memo?.get(key);
  if (known !== undefined) return known;
  const response = send(http, request);
  const value = describe(response, request, parseYaml);
  environment.memo?.set(key, value);
  return value;
}

/** Error of a request that found no answer. */
class NetworkError extends BuiltinError {}

function send(http: HttpTransport, request: RegoObject): HttpResponse {
  const checked = readRequest(request);
  try {
    return http(checked);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new NetworkError(`${checked.method} ${JSON.stringify(checked.url)}: ${reason}`);
  }
}

function failure(error: BuiltinError): RegoValue {
  const kind = error instanceof NetworkError ? "network" : "internal";
  return makeObject([
    ["status_code", 0],
    [
      "error",
      makeObject([
        ["code", `eval_http_send_${kind}_error`],
        ["message", error.message],
      ]),
    ],
  ]);
}

/** Requests that differ in ignored headers only are one. */
function withoutIgnoredHeaders(request: RegoObject): RegoObject {
  const ignored = getKey(request, "cache_ignored_headers");
  const headers = getKey(request, "headers");
  if (ignored === undefined || headers === undefined || !isObject(headers)) return request;
  if (!isArray(ignored)) throw new BuiltinError("cache_ignored_headers must be an array of strings");
  const kept = makeObject(objectEntries(headers).filter(([name]) => !ignored.includes(name)));
  return makeObject([...objectEntries(request), ["headers", kept], ["cache_ignored_headers", null]]);
}

function describe(response: HttpResponse, request: RegoObject, parseYaml: (text: string) => RegoValue): RegoValue {
  const headers = new Map<string, string[]>();
  for (const [name, value] of response.headers) {
    const values = headers.get(name.toLowerCase());
    if (values === undefined) headers.set(name.toLowerCase(), [value]);
    else values.push(value);
  }
  const type = headers.get("content-type")?.[0] ?? "";
  const text = decodeUtf8(response.body);
  const isJson =
    booleanParameter(request, "force_json_decode") || /^application\/([^;\s/]*\+)?json\s*(;|$)/i.test(type);
  const isYaml = booleanParameter(request, "force_yaml_decode") || /application\/(x-)?yaml/.test(type);
  return makeObject([
    ["status", `${response.statusCode} ${response.statusText}`],
    ["status_code", response.statusCode],
    ["body", isJson ? readJson(text) : isYaml ? readYaml(text, parseYaml) : null],
    ["raw_body", text],
    ["headers", makeObject(headers)],
  ]);
}

/** Null where the body is no JSON. */
function readJson(text: string): RegoValue {
  try {
    return parseJson(text, { duplicateKeys: "last", loneSurrogates: "replace" });
  } catch (error) {
    if (error instanceof JsonError) return null;
    throw error;
  }
}

function readYaml(text: string, parseYaml: (text: string) => RegoValue): RegoValue {
  try {
    return parseYaml(text);
  } catch (error) {
    if (error instanceof BuiltinError && !error.fatal) return null;
    throw error;
  }
}
