import { BuiltinError } from "@flyball/engine";
import {
  contextTag,
  DerTag,
  derReader,
  isAscii,
  isAtEnd,
  latinText,
  malformed,
  readElement,
  readInner,
  readOptional,
  readTagged,
  unsigned,
} from "../crypto/der.ts";
import { parseIp } from "../net/ip-address.ts";
import { parseUrl } from "../url/parse-url.ts";
import type { Certificate } from "./certificate.ts";
import { isDomainConstraint, isDomainName, isInDomain, type Mailbox, parseMailbox } from "./domain-names.ts";
import type { SubjectNames } from "./subject-names.ts";

/** The names that an authority may certify, or may not. */
export interface SubtreeNames {
  readonly dns: readonly string[];
  readonly networks: readonly ConstraintNetwork[];
  readonly emails: readonly string[];
  readonly uris: readonly string[];
}

/** 4 or 16 bytes each. */
export interface ConstraintNetwork {
  readonly address: Uint8Array;
  readonly mask: Uint8Array;
}

export interface NameConstraints {
  readonly permitted: SubtreeNames;
  readonly excluded: SubtreeNames;
  /** Whether all kinds of names in it are known. */
  readonly isWhole: boolean;
}

/** Throws `BuiltinError`. Source: RFC 5280, section 4.2.1.10. */
export function readNameConstraints(value: Uint8Array): NameConstraints {
  const outer = derReader(value, "NameConstraints extension");
  const reader = derReader(readTagged(outer, DerTag.sequence).contents, outer.what);
  const permitted = readOptional(reader, contextTag(0, true))?.contents ?? new Uint8Array();
  const excluded = readOptional(reader, contextTag(1, true))?.contents ?? new Uint8Array();
  if (!isAtEnd(outer) || !isAtEnd(reader)) throw malformed(outer);
  if (permitted.length + excluded.length === 0) throw new BuiltinError("x509: empty name constraints extension");
  const [allowed, barred] = [readSubtrees(permitted), readSubtrees(excluded)];
  return { permitted: allowed.names, excluded: barred.names, isWhole: allowed.isWhole && barred.isWhole };
}

function readSubtrees(bytes: Uint8Array): { readonly names: SubtreeNames; readonly isWhole: boolean } {
  const names = {
    dns: [] as string[],
    networks: [] as ConstraintNetwork[],
    emails: [] as string[],
    uris: [] as string[],
  };
  let isWhole = true;
  const reader = derReader(bytes, "NameConstraints extension");
  while (!isAtEnd(reader)) {
    const { tag, contents } = readElement(readInner(reader, DerTag.sequence));
    switch (tag) {
      case contextTag(1): {
        const name = constraintText(contents);
        if (name.includes("@") ? parseMailbox(name) === undefined : !isDomainConstraint(name)) throw refused(name);
        names.emails.push(name);
        break;
      }
      case contextTag(2): {
        const name = constraintText(contents);
        if (!isDomainConstraint(name)) throw refused(name);
        names.dns.push(name);
        break;
      }
      case contextTag(6): {
        const name = constraintText(contents);
        if (parseIp(name) !== undefined || !isDomainConstraint(name)) throw refused(name);
        names.uris.push(name);
        break;
      }
      case contextTag(7):
        names.networks.push(readNetwork(contents));
        break;
      default:
        isWhole = false;
    }
  }
  return { names, isWhole };
}

function constraintText(contents: Uint8Array): string {
  if (!isAscii(contents)) throw refused(latinText(contents));
  return latinText(contents);
}

function refused(name: string): BuiltinError {
  return new BuiltinError(`x509: failed to parse the name constraint ${JSON.stringify(name)}`);
}

function readNetwork(contents: Uint8Array): ConstraintNetwork {
  const half = contents.length / 2;
  if (half !== 4 && half !== 16)
    throw new BuiltinError(`x509: IP constraint contained value of length ${contents.length}`);
  const mask = contents.subarray(half);
  // Ones, then zeros.
  const inverse = (1n << BigInt(8 * half)) - 1n - unsigned(mask);
  if ((inverse & (inverse + 1n)) !== 0n) throw new BuiltinError("x509: IP constraint contained invalid mask");
  return { address: contents.subarray(0, half), mask };
}

/** Throws `BuiltinError` where an authority of the chain, which begins with the leaf, may not certify a name below it. */
export function checkNameConstraints(chain: readonly Certificate[]): void {
  for (const [index, { fields }] of chain.entries()) {
    const names = fields.subjectNames;
    if (names === undefined) continue;
    const above = chain.slice(index + 1).filter((each) => each.fields.permitted !== undefined);
    if (above.length === 0) continue;
    const parsed = { ...names, hosts: names.uris.map(hostOf), mailboxes: names.emails.map(mailboxOf) };
    for (const authority of above) checkNames(parsed, authority);
  }
}

interface ParsedNames extends SubjectNames {
  readonly hosts: readonly string[];
  readonly mailboxes: readonly Mailbox[];
}

function checkNames({ addresses, dns, hosts, mailboxes }: ParsedNames, { fields }: Certificate): void {
  const { permitted, excluded } = fields;
  if (permitted === undefined || excluded === undefined) return;
  for (const address of addresses) {
    const isIn = (network: ConstraintNetwork) => isInNetwork(address, network);
    check(permitted.networks.length === 0 || permitted.networks.some(isIn), "IP address");
    check(!excluded.networks.some(isIn), "IP address");
  }
  for (const name of dns) {
    check(isDomainName(name), "DNS name");
    checkDomain(name, [permitted.dns, excluded.dns], "DNS name");
  }
  for (const host of hosts) {
    check(isDomainName(host), "URI");
    checkDomain(host, [permitted.uris, excluded.uris], "URI");
  }
  for (const mailbox of mailboxes) {
    check(isDomainName(mailbox.domain), "email address");
    check(
      permitted.emails.length === 0 || permitted.emails.some((each) => isMailbox(mailbox, each, false)),
      "email address",
    );
    check(!excluded.emails.some((each) => isMailbox(mailbox, each, true)), "email address");
  }
}

function check(isAllowed: boolean, kind: string): void {
  if (!isAllowed) throw new BuiltinError(`x509: an authority may not certify the ${kind}`);
}

function checkDomain(
  name: string,
  [permitted, excluded]: readonly [readonly string[], readonly string[]],
  kind: string,
): void {
  check(permitted.length === 0 || permitted.some((each) => isInDomain(name, each)), kind);
  check(!excluded.some((each) => isExcluded(name, each)), kind);
}

/** A wildcard is excluded already where one name that it stands for is. */
function isExcluded(name: string, constraint: string): boolean {
  if (isInDomain(name, constraint)) return true;
  const [rest, trimmed] = [withoutLabel(name), withoutLabel(constraint)];
  return name.startsWith("*") && trimmed !== "" && rest.toLowerCase() === trimmed.toLowerCase();
}

function withoutLabel(name: string): string {
  const point = name.indexOf(".");
  return point < 0 ? "" : name.slice(point);
}

function isMailbox({ local, domain }: Mailbox, constraint: string, excludes: boolean): boolean {
  if (!constraint.includes("@")) return excludes ? isExcluded(domain, constraint) : isInDomain(domain, constraint);
  const exact = parseMailbox(constraint);
  return exact?.local === local && exact.domain.toLowerCase() === domain;
}

function isInNetwork(address: Uint8Array, { address: base, mask }: ConstraintNetwork): boolean {
  return (
    address.length === base.length &&
    mask.every((byte, index) => (byte & (address[index] ?? 0)) === (byte & (base[index] ?? 0)))
  );
}

function hostOf(uri: string): string {
  const { host = "", hostname = "" } = parseUrl(uri) ?? {};
  if (host === "" || host.startsWith("[") || parseIp(hostname) !== undefined)
    throw new BuiltinError(`x509: the URI ${JSON.stringify(uri)} cannot be matched against constraints`);
  return hostname.toLowerCase();
}

function mailboxOf(email: string): Mailbox {
  const mailbox = parseMailbox(email);
  if (mailbox === undefined) throw new BuiltinError(`x509: cannot parse rfc822Name ${JSON.stringify(email)}`);
  return { ...mailbox, domain: mailbox.domain.toLowerCase() };
}
