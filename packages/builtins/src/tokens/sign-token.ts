import { BuiltinError } from "@flyball/engine";
import { getKey, isString, JsonError, parseJson } from "@flyball/engine/values";
import { encodeBase64, encodeUtf8 } from "../bytes.ts";
import { parseKeys } from "./json-web-key.ts";
import { SIGNATURE_ALGORITHMS, signWith } from "./signature-algorithms.ts";
import { parseJsonObject } from "./token-parts.ts";

/** A token in its compact form: header and payload as they are given, signed with the first key. Throws `BuiltinError`. */
export function signToken(header: string, payload: string, key: string): string {
  const [first] = parseKeys(key);
  if (first === undefined) throw new BuiltinError("no keys found in JWK set");
  const fields = parseJsonObject(header);
  const name = getKey(fields, "alg") ?? null;
  if (!isString(name)) throw new BuiltinError("missing or invalid 'alg' header");
  const algorithm = SIGNATURE_ALGORITHMS.get(name);
  if (algorithm === undefined) throw new BuiltinError(`unknown JWS algorithm: ${name}`);
  const type = getKey(fields, "typ");
  if ((!isString(type ?? null) || type === "JWT") && !isJson(payload))
    throw new BuiltinError("type is JWT but payload is not JSON");
  const signed = `${base64url(encodeUtf8(header))}.${base64url(encodeUtf8(payload))}`;
  const signature = signWith(algorithm, first.key, encodeUtf8(signed));
  if (signature === undefined) throw new BuiltinError(`the key is not for ${name}`);
  return `${signed}.${base64url(signature)}`;
}

function base64url(bytes: Uint8Array): string {
  return encodeBase64(bytes, { alphabet: "url", padding: false });
}

function isJson(text: string): boolean {
  try {
    parseJson(text, { duplicateKeys: "last", loneSurrogates: "replace" });
    return true;
  } catch (error) {
    if (error instanceof JsonError) return false;
    throw error;
  }
}
