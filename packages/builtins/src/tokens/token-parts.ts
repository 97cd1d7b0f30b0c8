import { BuiltinError } from "@flyball/engine";
import {
  getKey,
  isArray,
  isObject,
  isString,
  JsonError,
  objectEntries,
  parseJson,
  type RegoObject,
  type RegoValue,
} from "@flyball/engine/values";
import { decodeBase64, decodeUtf8, encodeUtf8 } from "../bytes.ts";

/** A JSON Web Token in its compact form, not yet trusted. */
export interface Token {
  /** `header.payload` as it was written: what is signed. */
  readonly signed: Uint8Array;
  readonly header: RegoObject;
  /** The payload's text, not yet read. Throws for bad base64. */
  readonly payload: () => string;
  readonly signature: () => Uint8Array;
}

/** What verification needs of a header. */
export interface TokenHeader {
  readonly algorithm: string;
  readonly keyId: string;
  readonly contentType: string;
  /** Whether the header names an algorithm and asks for nothing that is not known here (`crit`). */
  readonly isValid: boolean;
}

/** Throws `BuiltinError` for what is no token; the signature is not looked at. */
export function parseToken(text: string): Token {
  const [header = "", payload = "", signature = "", ...others] = text.split(".");
  if (!text.includes(".")) throw new BuiltinError("encoded JWT had no period separators");
  const sections = text.split(".").length;
  if (sections !== 3 || others.length > 0)
    throw new BuiltinError(`encoded JWT must have 3 sections, found ${sections}`);
  const decodedHeader = parseJsonObject(decodeUtf8(decodePart(header, "header")), "bad JWT header: ");
  if (getKey(decodedHeader, "enc") !== undefined) throw new BuiltinError("JWT is a JWE object, which is not supported");
  return {
    signed: encodeUtf8(`${header}.${payload}`),
    header: decodedHeader,
    payload: () => decodeUtf8(decodePart(payload, "payload")),
    signature: () => decodePart(signature, "signature"),
  };
}

export function parseJsonObject(text: string, context = ""): RegoObject {
  try {
    const value = parseJson(text, { duplicateKeys: "last", loneSurrogates: "replace" });
    if (isObject(value)) return value;
  } catch (error) {
    if (error instanceof JsonError) throw new BuiltinError(`${context}invalid JSON: ${error.message}`);
    throw error;
  }
  throw new BuiltinError(`${context}decoded JSON type was not an Object`);
}

function decodePart(part: string, name: string): Uint8Array {
  const padded = part.endsWith("=") ? part : part + "=".repeat((4 - (part.length % 4)) % 4);
  const bytes = decodeBase64(padded, { alphabet: "url", padding: true });
  if (bytes === undefined) throw new BuiltinError(`JWT ${name} had invalid encoding: illegal base64 data`);
  return bytes;
}

const KNOWN: ReadonlySet<RegoValue> = new Set(["alg", "kid", "typ", "cty", "crit"]);

/** Throws `BuiltinError` for a member of a wrong type. */
export function readHeader(header: RegoObject): TokenHeader {
  const text = (name: string): string => {
    const value = getKey(header, name) ?? "";
    if (!isString(value)) throw new BuiltinError(`${name}: must be a string`);
    return value;
  };
  text("typ");
  const algorithm = text("alg");
  const critical = criticalNames(header);
  const isUnderstood = objectEntries(header).every(([name]) => KNOWN.has(name) || !critical.has(name));
  return { algorithm, keyId: text("kid"), contentType: text("cty"), isValid: algorithm !== "" && isUnderstood };
}

function criticalNames(header: RegoObject): ReadonlySet<RegoValue> {
  const value = getKey(header, "crit");
  if (value === undefined) return new Set();
  if (!isArray(value)) throw new BuiltinError("crit: must be a list");
  const names = value.filter(isString);
  if (names.length === 0) throw new BuiltinError("crit: must be a nonempty list");
  return new Set(names);
}
