import { BuiltinError } from "@flyball/engine";
import {
  contextTag,
  type DerReader,
  DerTag,
  derReader,
  isAtEnd,
  isNextTag,
  malformed,
  readBitString,
  readBoolean,
  readElement,
  readInner,
  readInteger,
  readObjectIdentifier,
  readOptional,
  readTagged,
  rightAligned,
} from "../crypto/der.ts";
import { type AlgorithmIdentifier, readAlgorithm, type SignatureAlgorithm, signatureAlgorithm } from "./algorithm.ts";
import { type CertificateTime, readTime } from "./certificate-time.ts";
import { type NameAttribute, readName } from "./distinguished-name.ts";
import { type ExtensionFields, readExtensions } from "./extensions.ts";
import { type CertifiedKey, readPublicKey } from "./public-key.ts";

export interface CertificateExtension {
  readonly id: readonly number[];
  readonly critical: boolean;
  readonly value: Uint8Array;
}

export interface CertificateName {
  readonly raw: Uint8Array;
  readonly attributes: readonly NameAttribute[];
}

/** A certificate as Go's crypto/x509 reads it. */
export interface Certificate {
  readonly raw: Uint8Array;
  /** What is signed. */
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
  readonly signatureAlgorithm: SignatureAlgorithm;
  readonly version: number;
  readonly serialNumber: bigint;
  readonly issuer: CertificateName;
  readonly subject: CertificateName;
  readonly notBefore: CertificateTime;
  readonly notAfter: CertificateTime;
  readonly publicKey: CertifiedKey;
  readonly extensions: readonly CertificateExtension[];
  readonly fields: ExtensionFields;
}

/** Certificates one behind the other. Throws `BuiltinError`. Source: RFC 5280. */
export function parseCertificates(der: Uint8Array): readonly Certificate[] {
  const reader = derReader(der, "certificate");
  const certificates: Certificate[] = [];
  while (!isAtEnd(reader)) certificates.push(readCertificate(reader));
  return certificates;
}

function readCertificate(reader: DerReader): Certificate {
  const { whole: raw, contents } = readTagged(reader, DerTag.sequence);
  const outer = derReader(contents, "certificate");
  const { whole: signed, contents: inside } = readTagged(outer, DerTag.sequence);
  const inner = derReader(inside, "tbs certificate");
  const version = readVersion(inner);
  const serialNumber = readInteger(inner);
  if (serialNumber < 0n) throw new BuiltinError("x509: negative serial number");
  const algorithm = readSameAlgorithm(inner, outer);
  const issuer = readWholeName(inner);
  const validity = readInner(inner, DerTag.sequence, "validity");
  const [notBefore, notAfter] = [readTime(validity), readTime(validity)];
  const subject = readWholeName(inner);
  const publicKey = readPublicKey(inner);
  const extensions = version > 1 ? readExtensionList(inner, version) : [];
  const fields = readExtensions(extensions);
  return {
    raw,
    signed,
    signature: rightAligned(readBitString(outer)),
    signatureAlgorithm: signatureAlgorithm(algorithm),
    version,
    serialNumber,
    issuer,
    subject,
    notBefore,
    notAfter,
    publicKey,
    extensions,
    fields,
  };
}

/** From 1. */
function readVersion(reader: DerReader): number {
  const explicit = readOptional(reader, contextTag(0, true));
  const version = explicit === undefined ? 0n : readInteger(derReader(explicit.contents, "version"));
  if (version < 0n) throw malformed(derReader(new Uint8Array(), "version"));
  if (version > 2n) throw new BuiltinError("x509: invalid version");
  return Number(version) + 1;
}

function readSameAlgorithm(inner: DerReader, outer: DerReader): AlgorithmIdentifier {
  const [first, second] = [readTagged(inner, DerTag.sequence), readTagged(outer, DerTag.sequence)];
  if (!areEqual(first.contents, second.contents))
    throw new BuiltinError("x509: inner and outer signature algorithm identifiers don't match");
  return readAlgorithm(derReader(first.contents, "signature algorithm identifier"));
}

export function areEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

export function readWholeName(reader: DerReader): CertificateName {
  const { whole } = isNextTag(reader, DerTag.sequence) ? readElement(reader) : readTagged(reader, DerTag.sequence);
  return { raw: whole, attributes: readName(derReader(whole, "RDNSequence")) };
}

function readExtensionList(reader: DerReader, version: number): readonly CertificateExtension[] {
  readOptional(reader, contextTag(1));
  readOptional(reader, contextTag(2));
  const explicit = version === 3 ? readOptional(reader, contextTag(3, true)) : undefined;
  if (explicit === undefined) return [];
  const extensions: CertificateExtension[] = [];
  const seen = new Set<string>();
  const list = readInner(derReader(explicit.contents, "extensions"), DerTag.sequence, "extension");
  while (!isAtEnd(list)) {
    const extension = readExtension(readInner(list, DerTag.sequence));
    const id = extension.id.join(".");
    if (seen.has(id)) throw new BuiltinError(`x509: certificate contains duplicate extension with OID "${id}"`);
    seen.add(id);
    extensions.push(extension);
  }
  return extensions;
}

export function readExtension(reader: DerReader): CertificateExtension {
  const id = readObjectIdentifier(reader);
  const critical = isNextTag(reader, DerTag.boolean) && readBoolean(reader);
  return { id, critical, value: readTagged(reader, DerTag.octetString).contents };
}
