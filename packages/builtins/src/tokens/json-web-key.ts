import { createPrivateKey, createPublicKey, createSecretKey, type JsonWebKey, type KeyObject } from "node:crypto";
import { BuiltinError } from "@flyball/engine";
import {
  getKey,
  isArray,
  isObject,
  isString,
  JsonError,
  parseJson,
  type RegoObject,
  type RegoValue,
} from "@flyball/engine/values";
import { decodeBase64 } from "../bytes.ts";

/** A key with what its JSON says about it; empty where it says nothing. */
export interface VerificationKey {
  readonly algorithm: string;
  readonly id: string;
  readonly key: KeyObject;
}

/** Members by the key's type: those that a public key has, and those of a private one besides. All are base64url. */
const MEMBERS: Readonly<Record<string, { readonly required: readonly string[]; readonly secret: readonly string[] }>> =
  {
    RSA: { required: ["n", "e"], secret: ["d", "p", "q", "dp", "dq", "qi"] },
    EC: { required: ["x", "y"], secret: ["d"] },
    OKP: { required: ["x"], secret: ["d"] },
    oct: { required: ["k"], secret: [] },
  };

/** The keys of a JSON Web Key or a set of them (RFC 7517). Throws `BuiltinError` if one of them is none. */
export function parseKeys(text: string): readonly VerificationKey[] {
  let value: RegoValue;
  try {
    value = parseJson(text, { duplicateKeys: "last", loneSurrogates: "replace" });
  } catch (error) {
    if (error instanceof JsonError) throw noKey(error.message);
    throw error;
  }
  if (!isObject(value)) throw noKey("not an object");
  const keys = getKey(value, "keys");
  if (keys === undefined) return [parseKey(value)];
  if (!isArray(keys)) throw noKey("keys is not an array");
  return keys.map((each) => (isObject(each) ? parseKey(each) : fail("a key is not an object")));
}

function parseKey(value: RegoObject): VerificationKey {
  const type = textMember(value, "kty") ?? fail("kty is missing");
  const members = Object.hasOwn(MEMBERS, type) ? MEMBERS[type] : undefined;
  if (members === undefined) throw noKey(`kty ${JSON.stringify(type)} is unknown`);
  const jwk: Record<string, string> = { kty: type };
  for (const name of members.required) jwk[name] = binaryMember(value, name) ?? fail(`${name} is missing`);
  const isPrivate = textMember(value, "d") !== undefined && members.secret.length > 0;
  if (isPrivate) {
    for (const name of members.secret) {
      const member = binaryMember(value, name);
      if (member !== undefined) jwk[name] = member;
    }
  }
  if (type === "EC" || type === "OKP") jwk.crv = textMember(value, "crv") ?? fail("crv is missing");
  return {
    algorithm: textMember(value, "alg") ?? "",
    id: textMember(value, "kid") ?? "",
    key: importKey(jwk, isPrivate),
  };
}

function importKey(jwk: Record<string, string>, isPrivate: boolean): KeyObject {
  try {
    if (jwk.kty === "oct") return createSecretKey(jwk.k ?? "", "base64url");
    const key = { key: jwk as JsonWebKey, format: "jwk" } as const;
    return isPrivate ? createPrivateKey(key) : createPublicKey(key);
  } catch (error) {
    throw noKey(error instanceof Error ? error.message : String(error));
  }
}

function textMember(value: RegoObject, name: string): string | undefined {
  const member = getKey(value, name);
  if (member === undefined) return undefined;
  return isString(member) ? member : fail(`${name} is not a string`);
}

/** In base64url without padding, whichever form it was written in. */
function binaryMember(value: RegoObject, name: string): string | undefined {
  const text = textMember(value, name)?.replace(/=+$/, "").replaceAll("+", "-").replaceAll("/", "_");
  if (text === undefined) return undefined;
  return decodeBase64(text, { alphabet: "url", padding: false }) === undefined
    ? fail(`${name} is not base64url`)
    : text;
}

function noKey(reason: string): BuiltinError {
  return new BuiltinError(`failed to parse a JWK key (set): ${reason}`);
}

function fail(reason: string): never {
  throw noKey(reason);
}
