import { createHash, createHmac } from "node:crypto";
import { BuiltinError } from "@flyball/engine";
import {
  compareStrings,
  getKey,
  isObject,
  isString,
  makeObject,
  makeSet,
  objectEntries,
  type RegoObject,
  type RegoValue,
  toJson,
  typeName,
} from "@flyball/engine/values";
import type { BuiltinTable } from "../builtin-table.ts";
import { regoText } from "../format/rego-text.ts";
import { requestAt } from "../http/request-parameters.ts";
import { numberAt, objectAt } from "../operand.ts";
import { civilTime } from "../time/civil-time.ts";
import { formatTime } from "../time/format-time.ts";
import { nanosecondsOf } from "../time/nanoseconds-of.ts";
import { parseUrl } from "../url/parse-url.ts";

/** Requests to Amazon Web Services signed with Signature Version 4, as OPA signs them: the query is taken as it stands. */
export const awsSignatures: BuiltinTable = {
  "providers.aws.sign_req": (args) => signRequest(args),
};

const REQUIRED = ["aws_service", "aws_access_key", "aws_secret_access_key", "aws_region"] as const;

/** Headers on the way that others may change. */
const NOT_SIGNED = new Set(["authorization", "user-agent", "x-amzn-trace-id"]);

interface Credentials {
  readonly service: string;
  readonly accessKey: string;
  readonly secretKey: string;
  readonly region: string;
  readonly sessionToken: string;
  readonly signsPayload: boolean;
}

function signRequest(args: readonly RegoValue[]): RegoValue {
  const credentials = credentialsOf(objectAt(args, 1));
  const nanoseconds = nanosecondsOf(numberAt(args, 2));
  // OPA refuses "-1e9" by its spelling, which a canonical number has not: no moment before 1970 is signed here.
  if (nanoseconds === undefined || nanoseconds < 0)
    throw new BuiltinError("operand 3 could not convert time_ns value into a unix timestamp");
  const request = requestAt(args, 0);
  const given = getKey(request, "headers") ?? makeObject([]);
  if (!isObject(given)) throw new BuiltinError(`operand 1 must be object but got ${typeName(given)}`);
  const [url, method] = [getKey(request, "url") ?? null, getKey(request, "method") ?? null];
  const wrong = [...(isString(method) ? [] : ["method"]), ...(isString(url) ? [] : ["url"])];
  if (!isString(url) || !isString(method))
    throw new BuiltinError(`operand 1 invalid values for required request parameters(s): ${regoText(makeSet(wrong))}`);
  const headers = objectEntries(given).map(([key, value]) => [textOf(key), textOf(value)] as const);
  const signed = signedHeaders({ url, method, headers, body: bodyOf(request), credentials, nanoseconds });
  return makeObject([...objectEntries(request), ["headers", makeObject(signed)]]);
}

function credentialsOf(config: RegoObject): Credentials {
  const missing = REQUIRED.filter((name) => getKey(config, name) === undefined);
  if (missing.length > 0)
    throw new BuiltinError(`operand 2 missing required AWS config parameters(s): ${regoText(makeSet(missing))}`);
  const wrong = REQUIRED.filter((name) => !isString(getKey(config, name) ?? null));
  if (wrong.length > 0)
    throw new BuiltinError(
      `operand 2 invalid values for required AWS config parameters(s): ${regoText(makeSet(wrong))}`,
    );
  const isUnsigned = getKey(config, "disable_payload_signing") ?? false;
  if (typeof isUnsigned !== "boolean")
    throw new BuiltinError("operand 2 invalid value for 'disable_payload_signing' in AWS config");
  const text = (name: string) => textOf(getKey(config, name) ?? "");
  return {
    service: text("aws_service"),
    accessKey: text("aws_access_key"),
    secretKey: text("aws_secret_access_key"),
    region: text("aws_region"),
    sessionToken: text("aws_session_token"),
    signsPayload: !isUnsigned,
  };
}

function textOf(value: RegoValue): string {
  return isString(value) ? value : "";
}

function bodyOf(request: RegoObject): string {
  const raw = getKey(request, "raw_body");
  if (raw !== undefined) return textOf(raw);
  const body = getKey(request, "body");
  return body === undefined ? "" : toJson(body);
}

interface Request {
  readonly url: string;
  readonly method: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
  readonly credentials: Credentials;
  readonly nanoseconds: bigint;
}

/** The headers given, with those that the signature needs and the signature itself. */
function signedHeaders({
  url,
  method,
  headers,
  body,
  credentials,
  nanoseconds,
}: Request): readonly (readonly [string, string])[] {
  const target = parseUrl(url);
  if (target === undefined) throw new BuiltinError(`${JSON.stringify(url.slice(0, 200))} is no URL`);
  const now = civilTime(nanoseconds, "UTC");
  const [day, moment] = [formatTime(now, "20060102"), formatTime(now, "20060102T150405Z")];
  const { service, sessionToken, signsPayload } = credentials;
  const payload = signsPayload ? sha256(body) : "UNSIGNED-PAYLOAD";
  const own = new Map([
    ["host", target.host],
    ["x-amz-date", moment],
  ]);
  if (service === "s3" || service === "glacier") own.set("x-amz-content-sha256", payload);
  if (sessionToken !== "") own.set("x-amz-security-token", sessionToken);
  const toSign = new Map(own);
  for (const [name, value] of headers) if (!NOT_SIGNED.has(name.toLowerCase())) toSign.set(name.toLowerCase(), value);
  const sorted = [...toSign].sort(([a], [b]) => compareStrings(a, b));
  const names = sorted.map(([name]) => name).join(";");
  const canonical = [
    method,
    target.escapedPath,
    target.rawQuery,
    ...sorted.map(([name, value]) => `${name}:${value}`),
    "",
    names,
    payload,
  ].join("\n");
  const scope = `${day}/${credentials.region}/${service}/aws4_request`;
  const key = [day, credentials.region, service, "aws4_request"].reduce<string | Buffer>(
    (derived, part) => createHmac("sha256", derived).update(part).digest(),
    `AWS4${credentials.secretKey}`,
  );
  const toBeSigned = ["AWS4-HMAC-SHA256", moment, scope, sha256(canonical)].join("\n");
  const signature = createHmac("sha256", key).update(toBeSigned).digest("hex");
  const authorization = `AWS4-HMAC-SHA256 Credential=${credentials.accessKey}/${scope},SignedHeaders=${names},Signature=${signature}`;
  return [...headers, ["Authorization", authorization], ...own];
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
