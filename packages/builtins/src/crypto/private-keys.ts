import { createPrivateKey, createPublicKey, type JsonWebKey, type KeyObject } from "node:crypto";
import { BuiltinError } from "@flyball/engine";
import { canonicalNumber, makeObject, type RegoValue } from "@flyball/engine/values";
import type { BuiltinTable } from "../builtin-table.ts";
import { decodeBase64, decodeUtf8, encodeBase64, encodeHex } from "../bytes.ts";
import { stringAt } from "../operand.ts";
import {
  contextTag,
  DerTag,
  derReader,
  readBitString,
  readInner,
  readInteger,
  readOptional,
  readTagged,
  unsigned,
} from "./der.ts";
import { decodePem } from "./pem.ts";

/** Private keys in PEM, or in base64 of it, as values. */
export const privateKeys: BuiltinTable = {
  "crypto.parse_private_keys": (args) => {
    const text = stringAt(args, 0);
    return text === "" ? null : readKeys(text).map(goFields);
  },
  "crypto.x509.parse_rsa_private_key": (args) => {
    const text = stringAt(args, 0);
    if (text === "") throw new BuiltinError("input PEM data was empty");
    const isPem = text.startsWith("-----BEGIN");
    const [key] = readKeys(isPem ? text : decodedText(text));
    return key === undefined ? null : jsonWebKey(key);
  },
};

export interface ReadPrivateKey {
  /** The fields of Go's key. */
  readonly value: RegoValue;
  /** The structure SubjectPublicKeyInfo of the key that belongs to it. */
  readonly publicKey: Uint8Array;
}

/** A private key in DER, in whichever of the three structures it is. Throws `BuiltinError`. */
export function readPrivateKey(bytes: Uint8Array<ArrayBuffer>): ReadPrivateKey {
  for (const type of ["pkcs1", "pkcs8", "sec1"] as const) {
    let key: KeyObject;
    try {
      key = readKey(bytes, type);
    } catch (error) {
      if (error instanceof BuiltinError) continue;
      throw error;
    }
    return { value: goFields(key), publicKey: createPublicKey(key).export({ format: "der", type: "spki" }) };
  }
  throw new BuiltinError("tls: failed to parse private key");
}

function decodedText(text: string): string {
  const bytes = decodeBase64(text, { alphabet: "standard", padding: true });
  if (bytes === undefined) throw new BuiltinError("illegal base64 data");
  return decodeUtf8(bytes);
}

const TYPES: Readonly<Record<string, "pkcs1" | "pkcs8" | "sec1">> = {
  "RSA PRIVATE KEY": "pkcs1",
  "PRIVATE KEY": "pkcs8",
  "EC PRIVATE KEY": "sec1",
};

/** Blocks of other types count for nothing. */
function readKeys(text: string): readonly KeyObject[] {
  const bytes = decodeBase64(text, { alphabet: "standard", padding: true });
  const keys: KeyObject[] = [];
  let rest = bytes === undefined ? text : decodeUtf8(bytes);
  for (let block = decodePem(rest); block !== undefined; block = decodePem(rest)) {
    rest = block.rest;
    const type = Object.hasOwn(TYPES, block.type) ? TYPES[block.type] : undefined;
    if (type !== undefined) keys.push(readKey(block.bytes, type));
  }
  return keys;
}

function readKey(bytes: Uint8Array<ArrayBuffer>, type: "pkcs1" | "pkcs8" | "sec1"): KeyObject {
  try {
    return createPrivateKey({ key: Buffer.from(bytes), format: "der", type });
  } catch (error) {
    throw new BuiltinError(`failed to parse a private key: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function members(key: KeyObject): JsonWebKey {
  try {
    return key.export({ format: "jwk" });
  } catch (error) {
    throw new BuiltinError(`a key of an unknown kind: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function jsonWebKey(key: KeyObject): RegoValue {
  return makeObject(
    Object.entries(members(key)).flatMap(([name, value]) =>
      typeof value === "string" ? [[name, value] as const] : [],
    ),
  );
}

/** The fields of Go's keys, as OPA writes them into JSON. */
function goFields(key: KeyObject): RegoValue {
  if (key.asymmetricKeyType === "ec") return curveFields(key);
  const jwk = members(key);
  switch (jwk.kty) {
    case "RSA":
      return makeObject([
        ["N", integer(jwk.n)],
        ["E", integer(jwk.e)],
        ["D", integer(jwk.d)],
        ["Primes", [integer(jwk.p), integer(jwk.q)]],
        [
          "Precomputed",
          makeObject([
            ["Dp", integer(jwk.dp)],
            ["Dq", integer(jwk.dq)],
            ["Qinv", integer(jwk.qi)],
            ["CRTValues", []],
          ]),
        ],
      ]);
    default:
      // An Ed25519 key is its bytes, private and public; Go hides what an X25519 key has.
      return jwk.crv === "Ed25519"
        ? encodeBase64(Uint8Array.from([...bytesOf(jwk.d), ...bytesOf(jwk.x)]), { alphabet: "standard", padding: true })
        : makeObject([]);
  }
}

/** From the structure of RFC 5915, since JSON Web Keys do not know all curves that Go knows. */
function curveFields(key: KeyObject): RegoValue {
  const reader = readInner(derReader(key.export({ format: "der", type: "sec1" }), "EC private key"), DerTag.sequence);
  readInteger(reader);
  const secret = unsigned(readTagged(reader, DerTag.octetString).contents);
  readOptional(reader, contextTag(0, true));
  const point = readBitString(readInner(reader, contextTag(1, true))).bytes.subarray(1);
  const half = point.length / 2;
  return makeObject([
    ["Curve", makeObject([])],
    ["X", canonicalNumber(unsigned(point.subarray(0, half)))],
    ["Y", canonicalNumber(unsigned(point.subarray(half)))],
    ["D", canonicalNumber(secret)],
  ]);
}

function integer(member: string | undefined): RegoValue {
  return canonicalNumber(BigInt(`0x0${encodeHex(bytesOf(member))}`));
}

function bytesOf(member: string | undefined): Uint8Array {
  return decodeBase64(member ?? "", { alphabet: "url", padding: false }) ?? new Uint8Array();
}
