/** What the extensions of a certificate say, one reader for each; longer than most files since there are so many of them. */
import { BuiltinError } from "@flyball/engine";
import { decodeUtf8 } from "../bytes.ts";
import {
  bitAt,
  contextTag,
  type DerReader,
  DerTag,
  derReader,
  isAtEnd,
  isNextTag,
  malformed,
  objectIdentifier,
  readBitString,
  readBoolean,
  readElement,
  readInner,
  readInteger,
  readObjectIdentifier,
  readOptional,
  readTagged,
} from "../crypto/der.ts";
import type { CertificateExtension } from "./certificate.ts";
import { readNameConstraints, type SubtreeNames } from "./name-constraints.ts";
import { readSubjectNames, type SubjectNames } from "./subject-names.ts";

export interface ExtensionFields {
  readonly keyUsage: number;
  /** Undefined where the extension is absent. */
  readonly basicConstraints: { readonly isCa: boolean; readonly maxPathLength: number } | undefined;
  readonly subjectNames: SubjectNames | undefined;
  readonly permitted: SubtreeNames | undefined;
  readonly excluded: SubtreeNames | undefined;
  readonly permittedCritical: boolean;
  readonly crlDistributionPoints: readonly string[];
  readonly authorityKeyId: Uint8Array | undefined;
  readonly subjectKeyId: Uint8Array | undefined;
  /** Go's numbers of those that it knows, and the object identifiers of the others. */
  readonly extendedKeyUsages: readonly number[];
  readonly unknownKeyUsages: readonly (readonly number[])[];
  readonly policies: readonly (readonly bigint[])[] | undefined;
  readonly policyMappings: readonly (readonly [issuer: string, subject: string])[];
  readonly requireExplicitPolicy: number | undefined;
  readonly inhibitPolicyMapping: number | undefined;
  readonly inhibitAnyPolicy: number | undefined;
  readonly ocspServers: readonly string[];
  readonly issuingUrls: readonly string[];
  /** Critical ones that nothing here understands: a certificate that has one is not believed. */
  readonly unhandledCritical: readonly (readonly number[])[];
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Throws `BuiltinError` for extensions that are not what they should be. Source: RFC 5280, section 4.2. */
export function readExtensions(extensions: readonly CertificateExtension[]): ExtensionFields {
  const fields: Mutable<ExtensionFields> = {
    keyUsage: 0,
    basicConstraints: undefined,
    subjectNames: undefined,
    permitted: undefined,
    excluded: undefined,
    permittedCritical: false,
    crlDistributionPoints: [],
    authorityKeyId: undefined,
    subjectKeyId: undefined,
    extendedKeyUsages: [],
    unknownKeyUsages: [],
    policies: undefined,
    policyMappings: [],
    requireExplicitPolicy: undefined,
    inhibitPolicyMapping: undefined,
    inhibitAnyPolicy: undefined,
    ocspServers: [],
    issuingUrls: [],
    unhandledCritical: [],
  };
  const unhandled: (readonly number[])[] = [];
  for (const extension of extensions) {
    const isHandled = READERS.get(extension.id.join("."))?.(fields, extension) ?? false;
    if (!isHandled && extension.critical) unhandled.push(extension.id);
  }
  return { ...fields, unhandledCritical: unhandled };
}

/** Answers whether everything in the extension was understood. */
type ExtensionReader = (fields: Mutable<ExtensionFields>, extension: CertificateExtension) => boolean;

const READERS: ReadonlyMap<string, ExtensionReader> = new Map<string, ExtensionReader>([
  ["2.5.29.15", readKeyUsage],
  ["2.5.29.19", readBasicConstraints],
  ["2.5.29.17", readNames],
  ["2.5.29.30", readConstraints],
  ["2.5.29.31", readDistributionPoints],
  ["2.5.29.35", readAuthorityKey],
  ["2.5.29.36", readPolicyConstraints],
  ["2.5.29.37", readKeyPurposes],
  ["2.5.29.14", readSubjectKey],
  ["2.5.29.32", readPolicies],
  ["2.5.29.33", readPolicyMappings],
  ["2.5.29.54", readInhibitAnyPolicy],
  ["1.3.6.1.5.5.7.1.1", readAuthorityAccess],
]);

function sequenceOf({ value }: CertificateExtension, what: string): DerReader {
  return readInner(derReader(value, what), DerTag.sequence);
}

function readKeyUsage(fields: Mutable<ExtensionFields>, { value }: CertificateExtension): true {
  const bits = readBitString(derReader(value, "key usage"));
  for (let index = 0; index < 9; index++) if (bitAt(bits, index)) fields.keyUsage |= 1 << index;
  return true;
}

function readBasicConstraints(fields: Mutable<ExtensionFields>, extension: CertificateExtension): true {
  const reader = sequenceOf(extension, "basic constraints");
  const isCa = isNextTag(reader, DerTag.boolean) && readBoolean(reader);
  const length = isNextTag(reader, DerTag.integer) ? readInteger(reader) : -1n;
  if (length < -1n || length >= 2n ** 63n) throw malformed(reader);
  fields.basicConstraints = { isCa, maxPathLength: Number(length) };
  return true;
}

function readNames(fields: Mutable<ExtensionFields>, { value }: CertificateExtension): boolean {
  const names = readSubjectNames(value);
  fields.subjectNames = names;
  return [names.dns, names.emails, names.addresses, names.uris].some((list) => list.length > 0);
}

function readConstraints(fields: Mutable<ExtensionFields>, { value, critical }: CertificateExtension): boolean {
  const { permitted, excluded, isWhole } = readNameConstraints(value);
  fields.permitted = permitted;
  fields.excluded = excluded;
  fields.permittedCritical = critical;
  return isWhole;
}

function readDistributionPoints(fields: Mutable<ExtensionFields>, extension: CertificateExtension): true {
  const reader = sequenceOf(extension, "CRL distribution point");
  const found: string[] = [];
  while (!isAtEnd(reader)) {
    const name = readOptional(readInner(reader, DerTag.sequence), contextTag(0, true));
    if (name === undefined) continue;
    const names = readInner(derReader(name.contents, reader.what), contextTag(0, true));
    while (isNextTag(names, contextTag(6))) found.push(decodeUtf8(readElement(names).contents));
  }
  fields.crlDistributionPoints = found;
  return true;
}

function refuseCritical({ critical }: CertificateExtension, what: string): void {
  if (critical) throw new BuiltinError(`x509: ${what} incorrectly marked critical`);
}

function readAuthorityKey(fields: Mutable<ExtensionFields>, extension: CertificateExtension): true {
  refuseCritical(extension, "authority key identifier");
  fields.authorityKeyId = readOptional(sequenceOf(extension, "authority key identifier"), contextTag(0))?.contents;
  return true;
}

function readSubjectKey(fields: Mutable<ExtensionFields>, extension: CertificateExtension): true {
  refuseCritical(extension, "subject key identifier");
  fields.subjectKeyId = readTagged(derReader(extension.value, "subject key identifier"), DerTag.octetString).contents;
  return true;
}

function readPolicyConstraints(fields: Mutable<ExtensionFields>, extension: CertificateExtension): true {
  const reader = sequenceOf(extension, "policy constraints extension");
  if (isNextTag(reader, contextTag(0))) fields.requireExplicitPolicy = Number(readInteger(reader, contextTag(0)));
  if (isNextTag(reader, contextTag(1))) fields.inhibitPolicyMapping = Number(readInteger(reader, contextTag(1)));
  return true;
}

/** Go's numbers. */
const KEY_PURPOSES: ReadonlyMap<string, number> = new Map([
  ["2.5.29.37.0", 0],
  ["1.3.6.1.5.5.7.3.1", 1],
  ["1.3.6.1.5.5.7.3.2", 2],
  ["1.3.6.1.5.5.7.3.3", 3],
  ["1.3.6.1.5.5.7.3.4", 4],
  ["1.3.6.1.5.5.7.3.5", 5],
  ["1.3.6.1.5.5.7.3.6", 6],
  ["1.3.6.1.5.5.7.3.7", 7],
  ["1.3.6.1.5.5.7.3.8", 8],
  ["1.3.6.1.5.5.7.3.9", 9],
  ["1.3.6.1.4.1.311.10.3.3", 10],
  ["2.16.840.1.113730.4.1", 11],
  ["1.3.6.1.4.1.311.2.1.22", 12],
  ["1.3.6.1.4.1.311.61.1.1", 13],
]);

function readKeyPurposes(fields: Mutable<ExtensionFields>, extension: CertificateExtension): true {
  const reader = sequenceOf(extension, "extended key usages");
  const known: number[] = [];
  const unknown: (readonly number[])[] = [];
  while (!isAtEnd(reader)) {
    const id = readObjectIdentifier(reader);
    const number = KEY_PURPOSES.get(id.join("."));
    if (number === undefined) unknown.push(id);
    else known.push(number);
  }
  fields.extendedKeyUsages = known;
  fields.unknownKeyUsages = unknown;
  return true;
}

function readPolicies(fields: Mutable<ExtensionFields>, extension: CertificateExtension): true {
  const reader = sequenceOf(extension, "certificate policies");
  const policies: (readonly bigint[])[] = [];
  const seen = new Set<string>();
  while (!isAtEnd(reader)) {
    const id = readPolicyId(readInner(reader, DerTag.sequence));
    if (seen.has(id.join("."))) throw new BuiltinError("x509: invalid certificate policies");
    seen.add(id.join("."));
    policies.push(id);
  }
  fields.policies = policies;
  return true;
}

function readPolicyId(reader: DerReader): readonly bigint[] {
  return objectIdentifier(readTagged(reader, DerTag.objectIdentifier).contents) ?? fail(reader);
}

function fail(reader: DerReader): never {
  throw malformed(reader);
}

function readPolicyMappings(fields: Mutable<ExtensionFields>, extension: CertificateExtension): true {
  const reader = sequenceOf(extension, "policy mappings extension");
  const mappings: [string, string][] = [];
  while (!isAtEnd(reader)) {
    const pair = readInner(reader, DerTag.sequence);
    mappings.push([readPolicyId(pair).join("."), readPolicyId(pair).join(".")]);
  }
  fields.policyMappings = mappings;
  return true;
}

function readInhibitAnyPolicy(fields: Mutable<ExtensionFields>, { value }: CertificateExtension): true {
  fields.inhibitAnyPolicy = Number(readInteger(derReader(value, "inhibit any policy extension")));
  return true;
}

function readAuthorityAccess(fields: Mutable<ExtensionFields>, extension: CertificateExtension): true {
  refuseCritical(extension, "authority info access");
  const reader = sequenceOf(extension, "authority info access");
  const servers: string[] = [];
  const issuers: string[] = [];
  while (!isAtEnd(reader)) {
    const access = readInner(reader, DerTag.sequence);
    const method = readObjectIdentifier(access).join(".");
    const place = readOptional(access, contextTag(6));
    if (place === undefined) continue;
    if (method === "1.3.6.1.5.5.7.48.1") servers.push(decodeUtf8(place.contents));
    else if (method === "1.3.6.1.5.5.7.48.2") issuers.push(decodeUtf8(place.contents));
  }
  fields.ocspServers = servers;
  fields.issuingUrls = issuers;
  return true;
}
