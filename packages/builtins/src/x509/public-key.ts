import { createPublicKey, type KeyObject } from "node:crypto";
import { BuiltinError } from "@flyball/engine";
import { canonicalNumber, makeObject, type RegoValue } from "@flyball/engine/values";
import { encodeBase64 } from "../bytes.ts";
import {
  type DerReader,
  DerTag,
  derReader,
  readBitString,
  readInner,
  readInteger,
  readObjectIdentifier,
  readTagged,
  rightAligned,
  unsigned,
} from "../crypto/der.ts";
import { DSA_OID, ECDSA_OID, ED25519_OID, isNull, publicKeyAlgorithm, RSA_OID, readAlgorithm } from "./algorithm.ts";

export interface CertifiedKey {
  /** Go's number of the algorithm. */
  readonly algorithm: number;
  /** The whole structure SubjectPublicKeyInfo. */
  readonly raw: Uint8Array;
  /** The fields of Go's key; null for algorithms that are not known. */
  readonly value: RegoValue;
}

/** Bytes of one coordinate, by curve. */
const CURVES: ReadonlyMap<string, number> = new Map([
  ["1.3.132.0.33", 28],
  ["1.2.840.10045.3.1.7", 32],
  ["1.3.132.0.34", 48],
  ["1.3.132.0.35", 66],
]);

/** Throws `BuiltinError`. */
export function readPublicKey(reader: DerReader): CertifiedKey {
  const { whole: raw, contents } = readTagged(reader, DerTag.sequence);
  const inner = derReader(contents, "spki");
  const { oid, parameters } = readAlgorithm(readInner(inner, DerTag.sequence, "public key algorithm identifier"));
  const data = rightAligned(readBitString(inner));
  return { algorithm: publicKeyAlgorithm(oid), raw, value: keyValue({ oid, parameters, data, raw }) };
}

interface KeyParts {
  readonly oid: string;
  readonly parameters: Uint8Array;
  readonly data: Uint8Array;
  readonly raw: Uint8Array;
}

function keyValue(parts: KeyParts): RegoValue {
  const { oid, parameters, data } = parts;
  switch (oid) {
    case RSA_OID: {
      if (!isNull(parameters)) throw new BuiltinError("x509: RSA key missing NULL parameters");
      const sequence = readInner(derReader(data, "RSA public key"), DerTag.sequence);
      const [modulus, exponent] = [readInteger(sequence), readInteger(sequence)];
      if (modulus <= 0n) throw new BuiltinError("x509: RSA modulus is not a positive number");
      if (exponent <= 0n || exponent >= 2n ** 63n)
        throw new BuiltinError("x509: RSA public exponent is not a positive number");
      return fields({ N: modulus, E: exponent });
    }
    case ECDSA_OID:
      return curvePoint(parts);
    case ED25519_OID:
      if (parameters.length > 0) throw new BuiltinError("x509: Ed25519 key encoded with illegal parameters");
      if (data.length !== 32) throw new BuiltinError("x509: wrong Ed25519 public key size");
      return encodeBase64(data, { alphabet: "standard", padding: true });
    case DSA_OID: {
      const y = readInteger(derReader(data, "DSA public key"));
      const sequence = readInner(derReader(parameters, "DSA parameters"), DerTag.sequence);
      const [p, q, g] = [readInteger(sequence), readInteger(sequence), readInteger(sequence)];
      if ([y, p, q, g].some((number) => number <= 0n)) throw new BuiltinError("x509: zero or negative DSA parameter");
      return fields({ P: p, Q: q, G: g, Y: y });
    }
    default:
      return null;
  }
}

function curvePoint({ parameters, data, raw }: KeyParts): RegoValue {
  const width = CURVES.get(readObjectIdentifier(derReader(parameters, "ECDSA parameters")).join("."));
  if (width === undefined) throw new BuiltinError("x509: unsupported elliptic curve");
  if (data[0] !== 4 || data.length !== 1 + 2 * width) throw new BuiltinError("x509: invalid ECDSA public key");
  // Whether the point is on the curve is for the library to say.
  keyObject(raw);
  const numbers = fields({ X: unsigned(data.subarray(1, 1 + width)), Y: unsigned(data.subarray(1 + width)) });
  return makeObject([...Object.entries(numbers), ["Curve", makeObject([])]]);
}

function fields(numbers: Readonly<Record<string, bigint>>): Readonly<Record<string, RegoValue>> {
  return Object.fromEntries(Object.entries(numbers).map(([name, number]) => [name, canonicalNumber(number)]));
}

/** The key for Node's functions. Throws `BuiltinError` for one that they refuse. */
export function keyObject(raw: Uint8Array): KeyObject {
  try {
    return createPublicKey({ key: Buffer.from(raw), format: "der", type: "spki" });
  } catch (error) {
    throw new BuiltinError(`x509: ${error instanceof Error ? error.message : String(error)}`);
  }
}
