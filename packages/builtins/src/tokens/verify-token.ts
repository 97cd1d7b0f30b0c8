import { createSecretKey } from "node:crypto";
import type { BuiltinEnvironment } from "@flyball/engine";
import { BuiltinError } from "@flyball/engine";
import {
  canonicalNumber,
  compareNumbers,
  getKey,
  isArray,
  isNumber,
  isString,
  numberText,
  objectEntries,
  type RegoNumeric,
  type RegoObject,
  type RegoValue,
} from "@flyball/engine/values";
import { regoText } from "../format/rego-text.ts";
import type { VerificationKey } from "./json-web-key.ts";
import { isSignedBy, SIGNATURE_ALGORITHMS } from "./signature-algorithms.ts";
import { parseJsonObject, parseToken, readHeader, type Token, type TokenHeader } from "./token-parts.ts";
import { verificationKeys } from "./verification-keys.ts";

/** What a token must meet: `cert` or `secret`, and as given `alg`, `iss`, `aud`, `time` (nanoseconds; the evaluation's clock if not given). */
interface Constraints {
  readonly keys: readonly VerificationKey[];
  readonly algorithm: string;
  readonly issuer: string;
  readonly audience: string;
  readonly time: RegoNumeric | undefined;
}

/** `[true, header, payload]`, or `[false, {}, {}]` for a token that does not meet the constraints. Throws `BuiltinError` for what is no token and for constraints that are none. */
export function decodeAndVerify(text: string, given: RegoObject, environment: BuiltinEnvironment): RegoValue {
  const constraints = readConstraints(given);
  const token = innermostVerified(text, constraints);
  const payload = token === undefined ? undefined : parseJsonObject(token.payload());
  return token === undefined || payload === undefined || !meetsClaims(payload, constraints, environment)
    ? [false, {}, {}]
    : [true, token.header, payload];
}

/** A token whose content is a token is unwrapped; each layer is verified. */
function innermostVerified(text: string, constraints: Constraints): Token | undefined {
  for (let inner = text; ; ) {
    const token = parseToken(inner);
    const header = readHeader(token.header);
    if (!header.isValid || (constraints.algorithm !== "" && constraints.algorithm !== header.algorithm))
      return undefined;
    if (!isTrusted(token, header, constraints.keys)) return undefined;
    if (header.contentType.toLowerCase() !== "jwt") return token;
    inner = token.payload();
  }
}

function isTrusted(token: Token, header: TokenHeader, keys: readonly VerificationKey[]): boolean {
  const signature = token.signature();
  const algorithm = SIGNATURE_ALGORITHMS.get(header.algorithm);
  if (algorithm === undefined) return false;
  const named = header.keyId === "" ? undefined : keys.find(({ id }) => id === header.keyId);
  const candidates = named === undefined ? keys.filter((key) => isFor(key, header.algorithm)) : [named];
  return candidates.some(({ key }) => isSignedBy({ algorithm, data: token.signed, signature, key }, { exact: true }));
}

function isFor(key: VerificationKey, algorithm: string): boolean {
  return key.algorithm === "" || key.algorithm === algorithm;
}

function readConstraints(given: RegoObject): Constraints {
  const values = new Map<string, RegoValue>();
  for (const [name, value] of objectEntries(given)) {
    if (!isString(name) || !["cert", "secret", "alg", "iss", "aud", "time"].includes(name))
      throw new BuiltinError(`unknown token validation constraint: ${regoText(name)}`);
    values.set(name, value);
  }
  const text = (name: string): string => {
    const value = values.get(name) ?? "";
    if (!isString(value)) throw new BuiltinError(`${name} constraint: must be a string`);
    return value;
  };
  const secret = text("secret");
  const fromCertificate = values.has("cert") ? verificationKeys(text("cert")) : undefined;
  if (fromCertificate !== undefined && secret !== "") throw new BuiltinError("duplicate key constraints");
  if (fromCertificate === undefined && secret === "") throw new BuiltinError("no key constraint");
  const time = values.get("time");
  if (time !== undefined && !isNumber(time)) throw new BuiltinError("token time constraint: must be a number");
  if (time !== undefined && compareNumbers(time, 0) < 0)
    throw new BuiltinError("token time constraint: must not be negative");
  return {
    keys: fromCertificate ?? [{ algorithm: "", id: "", key: createSecretKey(secret, "utf8") }],
    algorithm: text("alg"),
    issuer: text("iss"),
    audience: text("aud"),
    time,
  };
}

function meetsClaims(payload: RegoObject, constraints: Constraints, environment: BuiltinEnvironment): boolean {
  const { issuer, audience } = constraints;
  if (issuer !== "" && getKey(payload, "iss") !== issuer) return false;
  const audiences = getKey(payload, "aud");
  // A token for somebody is for nobody who does not say who he is.
  if (audiences === undefined ? audience !== "" : !(isArray(audiences) ? audiences : [audiences]).includes(audience))
    return false;
  const expiry = timeClaim(payload, "exp");
  const notBefore = timeClaim(payload, "nbf");
  if (expiry === undefined && notBefore === undefined) return true;
  const now = secondsOf(constraints.time ?? clockOf(environment));
  return (
    (expiry === undefined || compareNumbers(now, expiry) < 0) &&
    (notBefore === undefined || compareNumbers(now, notBefore) >= 0)
  );
}

function timeClaim(payload: RegoObject, name: string): RegoNumeric | undefined {
  const value = getKey(payload, name);
  if (value === undefined || isNumber(value)) return value;
  throw new BuiltinError(`${name} value must be a number`);
}

function clockOf({ now }: BuiltinEnvironment): bigint {
  if (now === undefined) throw new BuiltinError("no clock was granted, and no time is given", { fatal: true });
  return now;
}

/** Through a double, as in OPA. */
function secondsOf(nanoseconds: RegoNumeric): RegoNumeric {
  return canonicalNumber(Number(numberText(nanoseconds)) / 1e9);
}
