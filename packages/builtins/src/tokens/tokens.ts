import { createSecretKey } from "node:crypto";
import type { BuiltinFunction } from "@flyball/engine";
import { BuiltinError } from "@flyball/engine";
import { getKey, isString, type RegoValue, toJson } from "@flyball/engine/values";
import type { BuiltinTable } from "../builtin-table.ts";
import { encodeHex } from "../bytes.ts";
import { objectAt, operandAt, stringAt } from "../operand.ts";
import { signToken } from "./sign-token.ts";
import { isSignedBy, SIGNATURE_ALGORITHMS, type SignatureAlgorithm } from "./signature-algorithms.ts";
import { parseJsonObject, parseToken, readHeader } from "./token-parts.ts";
import { verificationKeys } from "./verification-keys.ts";
import { decodeAndVerify } from "./verify-token.ts";

/**
 * JSON Web Tokens (RFC 7519) on `node:crypto`: a built-in answers in the same turn, and the platform's Web Crypto cannot. What a policy decides on must be verified here or come
 * from where it was.
 */
export const tokens: BuiltinTable = {
  "io.jwt.decode": (args) => decode(stringAt(args, 0)),
  "io.jwt.decode_verify": (args, environment) => decodeAndVerify(stringAt(args, 0), objectAt(args, 1), environment),
  "io.jwt.encode_sign": (args) =>
    signToken(toJson(objectAt(args, 0)), toJson(operandAt(args, 1)), toJson(objectAt(args, 2))),
  "io.jwt.encode_sign_raw": (args) => signToken(stringAt(args, 0), stringAt(args, 1), stringAt(args, 2)),
  ...Object.fromEntries(Array.from(SIGNATURE_ALGORITHMS, ([name, algorithm]) => verifier(name, algorithm))),
};

function verifier(name: string, algorithm: SignatureAlgorithm): [string, BuiltinFunction] {
  const verify: BuiltinFunction = (args) =>
    algorithm.kind === "hmac" ? verifySecret(args, algorithm) : verifyKey(args, algorithm);
  return [`io.jwt.verify_${name.toLowerCase()}`, verify];
}

function verifySecret(args: readonly RegoValue[], algorithm: SignatureAlgorithm): boolean {
  const token = parseToken(stringAt(args, 0));
  const key = createSecretKey(stringAt(args, 1), "utf8");
  return isSignedBy({ algorithm, data: token.signed, signature: token.signature(), key }, { exact: true });
}

/** The key that the token names, if it is among those given; else any that is for the token's algorithm. */
function verifyKey(args: readonly RegoValue[], algorithm: SignatureAlgorithm): boolean {
  const text = stringAt(args, 0);
  const keys = verificationKeys(stringAt(args, 1));
  const token = parseToken(text);
  const signature = token.signature();
  const header = readHeader(token.header);
  const named = header.keyId === "" ? undefined : keys.find(({ id }) => id === header.keyId);
  const candidates =
    named === undefined ? keys.filter((key) => key.algorithm === "" || key.algorithm === header.algorithm) : [named];
  return candidates.some(
    ({ key }) =>
      key.type === "public" && isSignedBy({ algorithm, data: token.signed, signature, key }, { exact: false }),
  );
}

/** `[header, payload, signature in hexadecimal]`, nothing verified; a token inside a token is unwrapped. */
function decode(text: string): RegoValue {
  const token = parseToken(text);
  const content = getKey(token.header, "cty");
  if (content !== undefined && !isString(content)) throw new BuiltinError("cty: must be a string");
  if (content === "JWT") return decode(token.payload().replace(/^["']+|["']+$/g, ""));
  return [token.header, parseJsonObject(token.payload()), encodeHex(token.signature())];
}
