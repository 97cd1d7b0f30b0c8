import { canonicalNumber, makeObject, type RegoValue } from "@flyball/engine/values";
import { encodeBase64 } from "../bytes.ts";
import { unsigned } from "../crypto/der.ts";
import { formatIp } from "../net/ip-address.ts";
import { parseUrl } from "../url/parse-url.ts";
import type { Certificate, CertificateExtension } from "./certificate.ts";
import { nameValue } from "./distinguished-name.ts";
import type { ConstraintNetwork, SubtreeNames } from "./name-constraints.ts";
import type { SubjectNames } from "./subject-names.ts";

/** A certificate with the fields of Go's x509.Certificate as OPA writes them: bytes in base64, absent lists null. */
export function certificateValue(certificate: Certificate): RegoValue {
  const { fields, publicKey, subject, issuer } = certificate;
  const { basicConstraints } = fields;
  const length = basicConstraints === undefined ? 0 : basicConstraints.maxPathLength;
  return makeObject([
    ["Raw", base64(certificate.raw)],
    ["RawTBSCertificate", base64(certificate.signed)],
    ["RawSubjectPublicKeyInfo", base64(publicKey.raw)],
    ["RawSubject", base64(subject.raw)],
    ["RawIssuer", base64(issuer.raw)],
    ["Signature", base64(certificate.signature)],
    ["SignatureAlgorithm", certificate.signatureAlgorithm.number],
    ["PublicKeyAlgorithm", publicKey.algorithm],
    ["PublicKey", publicKey.value],
    ["Version", certificate.version],
    ["SerialNumber", canonicalNumber(certificate.serialNumber)],
    ["Issuer", nameValue(issuer.attributes)],
    ["Subject", nameValue(subject.attributes)],
    ["NotBefore", certificate.notBefore.text],
    ["NotAfter", certificate.notAfter.text],
    ["KeyUsage", fields.keyUsage],
    ["Extensions", listOrNull(certificate.extensions.map(extensionValue))],
    ["ExtraExtensions", null],
    ["UnhandledCriticalExtensions", listOrNull(fields.unhandledCritical)],
    ["ExtKeyUsage", listOrNull(fields.extendedKeyUsages)],
    ["UnknownExtKeyUsage", listOrNull(fields.unknownKeyUsages)],
    ["BasicConstraintsValid", basicConstraints !== undefined],
    ["IsCA", basicConstraints?.isCa ?? false],
    ["MaxPathLen", length],
    ["MaxPathLenZero", basicConstraints !== undefined && length === 0],
    ["SubjectKeyId", base64(fields.subjectKeyId)],
    ["AuthorityKeyId", base64(fields.authorityKeyId)],
    ["OCSPServer", listOrNull(fields.ocspServers)],
    ["IssuingCertificateURL", listOrNull(fields.issuingUrls)],
    ...subjectNameFields(fields.subjectNames),
    ["PermittedDNSDomainsCritical", fields.permittedCritical],
    ...subtreeFields("Permitted", fields.permitted),
    ...subtreeFields("Excluded", fields.excluded),
    ["CRLDistributionPoints", listOrNull(fields.crlDistributionPoints)],
    ["Policies", listOrNull((fields.policies ?? []).map((policy) => policy.join(".")))],
    ["PolicyIdentifiers", policyIdentifiers(fields.policies)],
    ...limitFields("InhibitAnyPolicy", fields.inhibitAnyPolicy),
    ...limitFields("InhibitPolicyMapping", fields.inhibitPolicyMapping),
    ...limitFields("RequireExplicitPolicy", fields.requireExplicitPolicy),
    [
      "PolicyMappings",
      listOrNull(
        fields.policyMappings.map(([from, to]) =>
          makeObject([
            ["IssuerDomainPolicy", from],
            ["SubjectDomainPolicy", to],
          ]),
        ),
      ),
    ],
  ]);
}

/** The field that OPA adds to most certificates. */
export function uriStrings({ fields }: Certificate): RegoValue {
  return listOrNull(fields.subjectNames?.uris ?? []);
}

type Entry = readonly [string, RegoValue];

export function base64(bytes: Uint8Array | undefined): RegoValue {
  return bytes === undefined ? null : encodeBase64(bytes, { alphabet: "standard", padding: true });
}

export function listOrNull(list: readonly RegoValue[]): RegoValue {
  return list.length === 0 ? null : list;
}

export function extensionValue({ id, critical, value }: CertificateExtension): RegoValue {
  return makeObject([
    ["Id", id],
    ["Critical", critical],
    ["Value", base64(value)],
  ]);
}

export function subjectNameFields(names: SubjectNames | undefined): readonly Entry[] {
  return [
    ["DNSNames", listOrNull(names?.dns ?? [])],
    ["EmailAddresses", listOrNull(names?.emails ?? [])],
    ["IPAddresses", listOrNull((names?.addresses ?? []).map(addressText))],
    ["URIs", listOrNull((names?.uris ?? []).map(urlValue))],
  ];
}

function addressText(bytes: Uint8Array): string {
  const value = unsigned(bytes);
  // IPv4 inside of IPv6 is written as IPv4.
  const isMapped = bytes.length === 16 && value >> 32n === 0xffffn;
  return formatIp({ bits: bytes.length === 4 || isMapped ? 32 : 128, value: isMapped ? value & 0xffff_ffffn : value });
}

function subtreeFields(prefix: string, names: SubtreeNames | undefined): readonly Entry[] {
  return [
    [`${prefix}DNSDomains`, listOrNull(names?.dns ?? [])],
    [`${prefix}EmailAddresses`, listOrNull(names?.emails ?? [])],
    [`${prefix}URIDomains`, listOrNull(names?.uris ?? [])],
    [`${prefix}IPRanges`, listOrNull((names?.networks ?? []).map(networkValue))],
  ];
}

function networkValue({ address, mask }: ConstraintNetwork): RegoValue {
  return makeObject([
    ["IP", addressText(address)],
    ["Mask", base64(mask)],
  ]);
}

function policyIdentifiers(policies: readonly (readonly bigint[])[] | undefined): RegoValue {
  if (policies === undefined) return null;
  return policies.filter((policy) => policy.every((number) => number < 2n ** 31n)).map((policy) => policy.map(Number));
}

function limitFields(name: string, limit: number | undefined): readonly Entry[] {
  return [
    [name, limit ?? 0],
    [`${name}Zero`, limit === 0],
  ];
}

/** The fields of Go's url.URL. */
function urlValue(text: string): RegoValue {
  const url = parseUrl(text);
  const [, opaque = ""] = /^[a-zA-Z][a-zA-Z0-9+.-]*:([^/?#][^?#]*)/.exec(text) ?? [];
  const beforeFragment = text.split("#", 1)[0] ?? "";
  const { scheme = "", host = "", path = "", rawPath = "", rawQuery = "", fragment = "" } = url ?? {};
  return makeObject([
    ["Scheme", scheme],
    ["Opaque", opaque],
    ["User", /^[^/?#]*\/\/[^/?#]*@/.test(text) ? makeObject([]) : null],
    ["Host", host],
    ["Path", path],
    ["RawPath", rawPath === path ? "" : rawPath],
    ["OmitHost", scheme !== "" && /^[^:]*:\/(?!\/)/.test(text)],
    ["ForceQuery", rawQuery === "" && beforeFragment.endsWith("?")],
    ["RawQuery", rawQuery],
    ["Fragment", fragment],
    ["RawFragment", ""],
  ]);
}
