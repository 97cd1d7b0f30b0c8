import { BuiltinError } from "@flyball/engine";
import {
  isArray,
  isNumber,
  isSet,
  isString,
  makeObject,
  objectEntries,
  type RegoObject,
  type RegoValue,
  toJson,
} from "@flyball/engine/values";
import type { BuiltinTable } from "../builtin-table.ts";
import { decodeBase64, decodeUtf8 } from "../bytes.ts";
import { decodePem } from "../crypto/pem.ts";
import { objectAt, stringAt } from "../operand.ts";
import { nanosecondsOf } from "../time/nanoseconds-of.ts";
import { type Certificate, parseCertificates } from "./certificate.ts";
import { certificateRequestValue } from "./certificate-request.ts";
import { certificateValue, uriStrings } from "./certificate-value.ts";
import { keyPairValue } from "./key-pair.ts";
import { type ChainOptions, verifyChain } from "./verify-chain.ts";

/** Certificates, requests for them, and chains of them, with the fields that Go gives them. */
export const x509: BuiltinTable = {
  "crypto.x509.parse_certificates": (args) => readCertificates(stringAt(args, 0)).map(withUriStrings),
  "crypto.x509.parse_and_verify_certificates": (args, { now }) => {
    const text = stringAt(args, 0);
    return orInvalid(() =>
      verifyChain(readCertificates(text), { now: secondsNow(now), host: undefined, keyUsages: [] }).map(withUriStrings),
    );
  },
  "crypto.x509.parse_and_verify_certificates_with_options": (args, { now }) => {
    const text = stringAt(args, 0);
    const given = objectAt(args, 1);
    const certificates = unlessInvalid(() => readCertificates(text));
    if (certificates === undefined) return INVALID;
    const options = chainOptions(given, now);
    return orInvalid(() => verifyChain(certificates, options).map(certificateValue));
  },
  "crypto.x509.parse_certificate_request": (args) => certificateRequestValue(requestBytes(stringAt(args, 0))),
  "crypto.x509.parse_keypair": (args) => keyPairValue(stringAt(args, 0), stringAt(args, 1)),
};

const INVALID: RegoValue = [false, []];

function orInvalid(verify: () => RegoValue): RegoValue {
  const chain = unlessInvalid(verify);
  return chain === undefined ? INVALID : [true, chain];
}

function unlessInvalid<T>(attempt: () => T): T | undefined {
  try {
    return attempt();
  } catch (error) {
    if (error instanceof BuiltinError && !error.fatal) return undefined;
    throw error;
  }
}

function withUriStrings(certificate: Certificate): RegoValue {
  const value = certificateValue(certificate) as RegoObject;
  return makeObject([...objectEntries(value), ["URIStrings", uriStrings(certificate)]]);
}

/** In PEM, in base64 of PEM, or in base64 of DER. */
function readCertificates(text: string): readonly Certificate[] {
  if (text.startsWith("-----BEGIN")) return parseCertificates(pemContents(text));
  const bytes = decodedBase64(text);
  const inner = decodeUtf8(bytes);
  return parseCertificates(inner.startsWith("-----BEGIN") ? pemContents(inner) : bytes);
}

function decodedBase64(text: string): Uint8Array<ArrayBuffer> {
  const bytes = decodeBase64(text, { alphabet: "standard", padding: true });
  if (bytes === undefined) throw new BuiltinError("illegal base64 data");
  return bytes;
}

function pemContents(text: string): Uint8Array {
  const parts: Uint8Array[] = [];
  let rest = text;
  for (let block = decodePem(rest); block !== undefined; block = decodePem(rest)) {
    if (block.type !== "CERTIFICATE") throw new BuiltinError(`PEM block type is '${block.type}', expected CERTIFICATE`);
    parts.push(block.bytes);
    rest = block.rest;
  }
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function requestBytes(text: string): Uint8Array {
  const isPem = text.startsWith("-----BEGIN CERTIFICATE REQUEST-----");
  const bytes = isPem ? undefined : decodedBase64(text);
  const block = decodePem(bytes === undefined ? text : decodeUtf8(bytes));
  if (block !== undefined && block.type !== "CERTIFICATE REQUEST")
    throw new BuiltinError("invalid PEM-encoded certificate signing request");
  return block?.bytes ?? bytes ?? new TextEncoder().encode(text);
}

function secondsNow(now: bigint | undefined): number {
  if (now === undefined) throw new BuiltinError("the clock is not granted", { fatal: true });
  return Number(now) / 1e9;
}

/** Go's numbers. */
const KEY_USAGES: ReadonlyMap<string, number> = new Map(
  [
    "KeyUsageAny",
    "KeyUsageServerAuth",
    "KeyUsageClientAuth",
    "KeyUsageCodeSigning",
    "KeyUsageEmailProtection",
    "KeyUsageIPSECEndSystem",
    "KeyUsageIPSECTunnel",
    "KeyUsageIPSECUser",
    "KeyUsageTimeStamping",
    "KeyUsageOCSPSigning",
    "KeyUsageMicrosoftServerGatedCrypto",
    "KeyUsageNetscapeServerGatedCrypto",
    "KeyUsageMicrosoftCommercialCodeSigning",
    "KeyUsageMicrosoftKernelCodeSigning",
  ].map((name, number) => [name, number]),
);

function chainOptions(given: RegoObject, now: bigint | undefined): ChainOptions {
  let seconds: number | undefined;
  let host: string | undefined;
  let keyUsages: readonly number[] = [];
  for (const [key, value] of objectEntries(given)) {
    switch (key) {
      case "DNSName":
        if (!isString(value)) throw new BuiltinError("'DNSName' should be a string");
        host = unquoted(value);
        break;
      case "CurrentTime":
        if (!isNumber(value)) throw new BuiltinError("'CurrentTime' should be a number");
        seconds = Number(nanosecondsOf(value) ?? noInteger("CurrentTime", "int64 number")) / 1e9;
        break;
      case "MaxConstraintComparisons":
        // How much work constraints may make is limited here by the number of signatures.
        if (!isNumber(value)) throw new BuiltinError("'MaxConstraintComparisons' should be a number");
        if (nanosecondsOf(value) === undefined) noInteger(key, "number");
        break;
      case "KeyUsages":
        keyUsages = keyUsagesOf(value);
        break;
      default:
        if (isString(key)) throw new BuiltinError("invalid key option");
    }
  }
  return { now: seconds ?? secondsNow(now), host, keyUsages };
}

function noInteger(name: string, kind: string): never {
  throw new BuiltinError(`'${name}' should be a valid ${kind}`);
}

function keyUsagesOf(value: RegoValue): readonly number[] {
  if (!isArray(value) && !isSet(value)) throw new BuiltinError("'KeyUsages' should be an Array or Set");
  const names = [...value].filter(isString).map(unquoted);
  const unknown = names.filter((name) => !KEY_USAGES.has(name));
  if (unknown.length > 0) throw new BuiltinError(`invalid entries for 'KeyUsages' found: ${toJson(unknown)}`);
  return names.flatMap((name) => KEY_USAGES.get(name) ?? []);
}

function unquoted(text: string): string {
  return text.replace(/^"+|"+$/g, "");
}
