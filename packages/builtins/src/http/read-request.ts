import { BuiltinError } from "@flyball/engine";
import {
  getKey,
  isNumber,
  isObject,
  isString,
  numberText,
  objectEntries,
  type RegoObject,
  type RegoValue,
  toJson,
  typeName,
} from "@flyball/engine/values";
import type { HttpRequest } from "../granted/http-transport.ts";
import { parseDuration } from "../time/parse-duration.ts";
import { parseUrl } from "../url/parse-url.ts";

const DEFAULT_TIMEOUT = 5_000_000_000n;

/** The request that a policy's object describes. Throws `BuiltinError` for parameters of wrong types and for what is no URL. */
export function readRequest(request: RegoObject): HttpRequest {
  const raw = getKey(request, "raw_body");
  const body = getKey(request, "body");
  const url = textParameter(request, "url");
  if (parseUrl(url) === undefined) throw new BuiltinError(`parse ${JSON.stringify(url.slice(0, 200))}: no URL`);
  return {
    method: textParameter(request, "method").toUpperCase(),
    url,
    headers: readHeaders(getKey(request, "headers")),
    body: raw !== undefined ? textParameter(request, "raw_body") : body === undefined ? "" : toJson(body),
    timeoutMilliseconds: Number(readTimeout(getKey(request, "timeout"))) / 1e6,
    followsRedirects: booleanParameter(request, "enable_redirect"),
    retries: readRetries(getKey(request, "max_retry_attempts") ?? 0),
    tls: readTls(request),
  };
}

export function booleanParameter(request: RegoObject, name: string, fallback = false): boolean {
  const value = getKey(request, name) ?? fallback;
  if (typeof value !== "boolean") throw new BuiltinError(`invalid value for ${name} field`);
  return value;
}

function textParameter(request: RegoObject, name: string): string {
  const value = getKey(request, name);
  if (value === undefined || !isString(value)) throw new BuiltinError(`"${name}" must be a string`);
  return value.replace(/^"+|"+$/g, "");
}

function readHeaders(headers: RegoValue | undefined): readonly (readonly [string, string])[] {
  if (headers === undefined) return [];
  if (!isObject(headers)) throw new BuiltinError("invalid type for headers key");
  return objectEntries(headers).map(([name, value]) => {
    if (!isString(name) || !isString(value)) throw new BuiltinError("invalid type for headers value");
    return [name, value];
  });
}

/** Nanoseconds, as a number, as the text of one, or as a duration. */
function readTimeout(timeout: RegoValue | undefined): bigint {
  if (timeout === undefined) return DEFAULT_TIMEOUT;
  const text = isNumber(timeout) ? numberText(timeout) : timeout;
  if (!isString(text))
    throw new BuiltinError(`operand 1 'timeout' must be one of {string, number} but got ${typeName(timeout)}`);
  if (/^[+-]?\d{1,19}$/.test(text)) return BigInt(text.replace(/^\+/, ""));
  if (isNumber(timeout)) throw new BuiltinError(`invalid timeout number value ${text}, must be int64`);
  return parseDuration(text);
}

function readRetries(value: RegoValue): number {
  if (!isNumber(value)) throw new BuiltinError("invalid value for max_retry_attempts field");
  const retries = Number(numberText(value));
  return Number.isInteger(retries) && retries >= 0 ? Math.min(retries, 100) : 0;
}

function readTls(request: RegoObject): Readonly<Record<string, string | boolean>> {
  const tls: Record<string, string | boolean> = {};
  for (const [name] of objectEntries(request)) {
    if (!isString(name) || !name.startsWith("tls_")) continue;
    const isSwitch = name === "tls_use_system_certs" || name === "tls_insecure_skip_verify";
    tls[name] = isSwitch ? booleanParameter(request, name) : textParameter(request, name);
  }
  return tls;
}
