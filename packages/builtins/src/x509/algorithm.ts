import {
  contextTag,
  type DerReader,
  DerTag,
  derReader,
  isAtEnd,
  readElement,
  readInner,
  readInteger,
  readObjectIdentifier,
  readOptional,
} from "../crypto/der.ts";

/** An algorithm by its object identifier, and its parameters with their tag. */
export interface AlgorithmIdentifier {
  readonly oid: string;
  readonly parameters: Uint8Array;
}

export function readAlgorithm(reader: DerReader): AlgorithmIdentifier {
  const oid = readObjectIdentifier(reader).join(".");
  return { oid, parameters: isAtEnd(reader) ? new Uint8Array() : readElement(reader).whole };
}

/** Go's numbers. */
export const PublicKeyAlgorithm = { unknown: 0, rsa: 1, dsa: 2, ecdsa: 3, ed25519: 4 } as const;

export const RSA_OID = "1.2.840.113549.1.1.1";
export const DSA_OID = "1.2.840.10040.4.1";
export const ECDSA_OID = "1.2.840.10045.2.1";
export const ED25519_OID = "1.3.101.112";

const PUBLIC_KEYS: ReadonlyMap<string, number> = new Map([
  [RSA_OID, PublicKeyAlgorithm.rsa],
  [DSA_OID, PublicKeyAlgorithm.dsa],
  [ECDSA_OID, PublicKeyAlgorithm.ecdsa],
  [ED25519_OID, PublicKeyAlgorithm.ed25519],
]);

export function publicKeyAlgorithm(oid: string): number {
  return PUBLIC_KEYS.get(oid) ?? PublicKeyAlgorithm.unknown;
}

export interface SignatureAlgorithm {
  /** Go's number. */
  readonly number: number;
  readonly key: number;
  /** For Node's verify; undefined where the algorithm hashes by itself, or is too weak to be believed. */
  readonly hash: string | undefined;
  readonly pss?: true;
}

const UNKNOWN: SignatureAlgorithm = { number: 0, key: PublicKeyAlgorithm.unknown, hash: undefined };

const { rsa, dsa, ecdsa, ed25519 } = PublicKeyAlgorithm;

/** MD2, MD5 and SHA-1 are known by name, but nothing that they signed is believed. */
const SIGNATURES: ReadonlyMap<string, SignatureAlgorithm> = new Map([
  ["1.2.840.113549.1.1.2", { number: 1, key: rsa, hash: undefined }],
  ["1.2.840.113549.1.1.4", { number: 2, key: rsa, hash: undefined }],
  ["1.2.840.113549.1.1.5", { number: 3, key: rsa, hash: undefined }],
  ["1.3.14.3.2.29", { number: 3, key: rsa, hash: undefined }],
  ["1.2.840.113549.1.1.11", { number: 4, key: rsa, hash: "sha256" }],
  ["1.2.840.113549.1.1.12", { number: 5, key: rsa, hash: "sha384" }],
  ["1.2.840.113549.1.1.13", { number: 6, key: rsa, hash: "sha512" }],
  ["1.2.840.10040.4.3", { number: 7, key: dsa, hash: undefined }],
  ["2.16.840.1.101.3.4.3.2", { number: 8, key: dsa, hash: undefined }],
  ["1.2.840.10045.4.1", { number: 9, key: ecdsa, hash: undefined }],
  ["1.2.840.10045.4.3.2", { number: 10, key: ecdsa, hash: "sha256" }],
  ["1.2.840.10045.4.3.3", { number: 11, key: ecdsa, hash: "sha384" }],
  ["1.2.840.10045.4.3.4", { number: 12, key: ecdsa, hash: "sha512" }],
]);

const PSS_OID = "1.2.840.113549.1.1.10";
const MGF1_OID = "1.2.840.113549.1.1.8";

/** By the hash's object identifier: number, name, and the length of the salt that goes with it. */
const PSS_HASHES: ReadonlyMap<string, readonly [number: number, hash: string, salt: bigint]> = new Map([
  ["2.16.840.1.101.3.4.2.1", [13, "sha256", 32n]],
  ["2.16.840.1.101.3.4.2.2", [14, "sha384", 48n]],
  ["2.16.840.1.101.3.4.2.3", [15, "sha512", 64n]],
]);

export function signatureAlgorithm({ oid, parameters }: AlgorithmIdentifier): SignatureAlgorithm {
  if (oid === ED25519_OID) return parameters.length > 0 ? UNKNOWN : { number: 16, key: ed25519, hash: undefined };
  return oid === PSS_OID ? pssAlgorithm(parameters) : (SIGNATURES.get(oid) ?? UNKNOWN);
}

/** One hash for everything, and a salt of its length. Source: RFC 4055. */
function pssAlgorithm(parameters: Uint8Array): SignatureAlgorithm {
  try {
    const sequence = readInner(derReader(parameters, "PSS parameters"), DerTag.sequence);
    const hash = explicit(sequence, 0);
    const mask = explicit(sequence, 1);
    const salt = explicit(sequence, 2);
    const trailer = explicit(sequence, 3);
    if (hash === undefined || mask === undefined || salt === undefined) return UNKNOWN;
    const main = readAlgorithm(readInner(hash, DerTag.sequence));
    const generator = readAlgorithm(readInner(mask, DerTag.sequence));
    const inner = readAlgorithm(readInner(derReader(generator.parameters, "PSS parameters"), DerTag.sequence));
    const [number, name, length] = PSS_HASHES.get(main.oid) ?? [];
    const fits = [main, inner].every((each) => isNullOrAbsent(each.parameters)) && inner.oid === main.oid;
    if (number === undefined || generator.oid !== MGF1_OID || !fits || readInteger(salt) !== length) return UNKNOWN;
    if (trailer !== undefined && readInteger(trailer) !== 1n) return UNKNOWN;
    return { number, key: rsa, hash: name, pss: true };
  } catch {
    return UNKNOWN;
  }
}

function explicit(reader: DerReader, number: number): DerReader | undefined {
  const element = readOptional(reader, contextTag(number, true));
  return element === undefined ? undefined : derReader(element.contents, reader.what);
}

function isNullOrAbsent(parameters: Uint8Array): boolean {
  return parameters.length === 0 || isNull(parameters);
}

export function isNull(parameters: Uint8Array): boolean {
  return parameters.length === 2 && parameters[0] === DerTag.null && parameters[1] === 0;
}
