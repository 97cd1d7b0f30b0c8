import { BuiltinError } from "@flyball/engine";
import { canonicalNumber, makeObject, type RegoValue } from "@flyball/engine/values";
import {
  contextTag,
  type DerElement,
  type DerReader,
  DerTag,
  derReader,
  derText,
  isAtEnd,
  isNextTag,
  readBitString,
  readBoolean,
  readElement,
  readInner,
  readInteger,
  readObjectIdentifier,
  readTagged,
  rightAligned,
} from "../crypto/der.ts";
import { readAlgorithm, signatureAlgorithm } from "./algorithm.ts";
import { type CertificateExtension, readExtension, readWholeName } from "./certificate.ts";
import { base64, extensionValue, listOrNull, subjectNameFields } from "./certificate-value.ts";
import { nameValue } from "./distinguished-name.ts";
import { readPublicKey } from "./public-key.ts";
import { readSubjectNames } from "./subject-names.ts";

/** A request for a certificate with the fields of Go's x509.CertificateRequest. Throws `BuiltinError`. Source: RFC 2986. */
export function certificateRequestValue(der: Uint8Array): RegoValue {
  const reader = derReader(der, "certificate request");
  const { whole: raw, contents } = readTagged(reader, DerTag.sequence);
  if (!isAtEnd(reader)) throw new BuiltinError("asn1: syntax error: trailing data");
  const outer = derReader(contents, reader.what);
  const { whole: signed, contents: inside } = readTagged(outer, DerTag.sequence);
  const algorithm = readAlgorithm(readInner(outer, DerTag.sequence));
  const signature = rightAligned(readBitString(outer));
  const inner = derReader(inside, reader.what);
  const version = readInteger(inner);
  const subject = readWholeName(inner);
  const publicKey = readPublicKey(inner);
  const attributes = readAttributes(inner);
  const extensions = requestedExtensions(attributes);
  const names = extensions.find(({ id }) => id.join(".") === "2.5.29.17");
  return makeObject([
    ["Raw", base64(raw)],
    ["RawTBSCertificateRequest", base64(signed)],
    ["RawSubjectPublicKeyInfo", base64(publicKey.raw)],
    ["RawSubject", base64(subject.raw)],
    ["Version", canonicalNumber(version)],
    ["Signature", base64(signature)],
    ["SignatureAlgorithm", signatureAlgorithm(algorithm).number],
    ["PublicKeyAlgorithm", publicKey.algorithm],
    ["PublicKey", publicKey.value],
    ["Subject", nameValue(subject.attributes)],
    ["Attributes", listOrNull(attributes.flatMap(attributeValue))],
    ["Extensions", listOrNull(extensions.map(extensionValue))],
    ["ExtraExtensions", null],
    ...subjectNameFields(names === undefined ? undefined : readSubjectNames(names.value)),
  ]);
}

interface Attribute {
  readonly type: readonly number[];
  readonly values: readonly DerElement[];
}

function readAttributes(reader: DerReader): readonly Attribute[] {
  const attributes: Attribute[] = [];
  const list = readInner(reader, contextTag(0, true));
  while (!isAtEnd(list)) {
    const attribute = readInner(list, DerTag.sequence);
    const type = readObjectIdentifier(attribute);
    const set = readInner(attribute, DerTag.set);
    const values: DerElement[] = [];
    while (!isAtEnd(set)) values.push(readElement(set));
    attributes.push({ type, values });
  }
  return attributes;
}

const EXTENSION_REQUEST = "1.2.840.113549.1.9.14";

function requestedExtensions(attributes: readonly Attribute[]): readonly CertificateExtension[] {
  const extensions: CertificateExtension[] = [];
  const seen = new Set<string>();
  for (const { type, values } of attributes) {
    const [first] = values;
    if (type.join(".") !== EXTENSION_REQUEST || first === undefined) continue;
    const list = readInner(derReader(first.whole, "requested extensions"), DerTag.sequence);
    while (!isAtEnd(list)) {
      const extension = readExtension(readInner(list, DerTag.sequence));
      const id = extension.id.join(".");
      if (seen.has(id)) throw new BuiltinError("x509: certificate request contains duplicate requested extensions");
      seen.add(id);
      extensions.push(extension);
    }
  }
  return extensions;
}

/** Attributes whose values are lists of types with a value each; others are left out, as in Go. */
function attributeValue({ type, values }: Attribute): readonly RegoValue[] {
  try {
    const lists = values.map(({ whole }) => {
      const list = readInner(derReader(whole, "attribute"), DerTag.sequence);
      const pairs: RegoValue[] = [];
      while (!isAtEnd(list)) {
        const pair = readInner(list, DerTag.sequence);
        pairs.push(
          makeObject([
            ["Type", readObjectIdentifier(pair)],
            ["Value", anyValue(pair)],
          ]),
        );
      }
      return pairs;
    });
    return [
      makeObject([
        ["Type", type],
        ["Value", lists],
      ]),
    ];
  } catch (error) {
    if (error instanceof BuiltinError) return [];
    throw error;
  }
}

function anyValue(reader: DerReader): RegoValue {
  if (isNextTag(reader, DerTag.integer)) return canonicalNumber(readInteger(reader));
  if (isNextTag(reader, DerTag.objectIdentifier)) return readObjectIdentifier(reader);
  if (isNextTag(reader, DerTag.boolean)) return readBoolean(reader);
  const element = readElement(reader);
  if (element.tag === DerTag.octetString) return base64(element.contents);
  return [0x0c, 0x12, 0x13, 0x14, 0x16, 0x1e].includes(element.tag) ? derText(element) : null;
}
