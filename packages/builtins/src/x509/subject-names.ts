import { BuiltinError } from "@flyball/engine";
import { contextTag, DerTag, derReader, isAscii, isAtEnd, latinText, readElement, readInner } from "../crypto/der.ts";
import { parseUrl } from "../url/parse-url.ts";
import { isDomainName } from "./domain-names.ts";

/** The alternative names of a subject. */
export interface SubjectNames {
  readonly dns: readonly string[];
  readonly emails: readonly string[];
  /** 4 or 16 bytes. */
  readonly addresses: readonly Uint8Array[];
  readonly uris: readonly string[];
}

/** Names of other kinds count for nothing. Throws `BuiltinError`. */
export function readSubjectNames(value: Uint8Array): SubjectNames {
  const names = { dns: [] as string[], emails: [] as string[], addresses: [] as Uint8Array[], uris: [] as string[] };
  const reader = readInner(derReader(value, "subject alternative name"), DerTag.sequence);
  while (!isAtEnd(reader)) {
    const { tag, contents } = readElement(reader);
    switch (tag) {
      case contextTag(1):
        names.emails.push(asciiName(contents, "rfc822Name"));
        break;
      case contextTag(2):
        names.dns.push(asciiName(contents, "dNSName"));
        break;
      case contextTag(6): {
        const uri = asciiName(contents, "uniformResourceIdentifier");
        const host = parseUrl(uri)?.host;
        if (host === undefined) throw new BuiltinError(`x509: cannot parse URI ${JSON.stringify(uri)}`);
        if (host !== "" && !isDomainName(host))
          throw new BuiltinError(`x509: cannot parse URI ${JSON.stringify(uri)}: invalid domain`);
        names.uris.push(uri);
        break;
      }
      case contextTag(7):
        if (contents.length !== 4 && contents.length !== 16)
          throw new BuiltinError(`x509: cannot parse IP address of length ${contents.length}`);
        names.addresses.push(contents);
        break;
    }
  }
  return names;
}

function asciiName(contents: Uint8Array, kind: string): string {
  if (!isAscii(contents)) throw new BuiltinError(`x509: SAN ${kind} is malformed`);
  return latinText(contents);
}
