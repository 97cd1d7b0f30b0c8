import { constants, verify } from "node:crypto";
import { BuiltinError } from "@flyball/engine";
import { unsigned } from "../crypto/der.ts";
import { parseIp } from "../net/ip-address.ts";
import { PublicKeyAlgorithm } from "./algorithm.ts";
import { areEqual, type Certificate } from "./certificate.ts";
import { matchesHost } from "./domain-names.ts";
import { checkNameConstraints } from "./name-constraints.ts";
import { checkPolicies } from "./policies.ts";
import { keyObject } from "./public-key.ts";

export interface ChainOptions {
  /** Seconds since 1970, with their fraction. */
  readonly now: number;
  readonly host: string | undefined;
  /** Go's numbers; none means that of a server. */
  readonly keyUsages: readonly number[];
}

/** Signatures that are checked before a chain is given up. */
const MAX_CHECKS = 100;

/** The first chain from the leaf to the root over any of the intermediates. Throws `BuiltinError` where there is none that holds. Sources: Go's crypto/x509, RFC 5280, section 6. */
export function verifyChain(certificates: readonly Certificate[], options: ChainOptions): readonly Certificate[] {
  const root = certificates[0];
  const leaf = certificates.at(-1);
  if (certificates.length < 2 || root === undefined || leaf === undefined)
    throw new BuiltinError("operand 1 must supply at least two certificates to be able to verify");
  const search: Search = { roots: [root], intermediates: certificates.slice(1, -1), options, checks: 0 };
  checkOne(leaf, "leaf", { ...search, chain: [] });
  if (options.host !== undefined && options.host !== "") checkHost(leaf, options.host);
  const candidates = areEqual(leaf.raw, root.raw) ? [[leaf]] : chainsFrom([leaf], search);
  let reason: BuiltinError | undefined;
  for (const chain of candidates) {
    try {
      checkPolicies(chain);
      checkKeyUsages(chain, options.keyUsages);
      checkNameConstraints(chain);
      return chain;
    } catch (error) {
      if (!(error instanceof BuiltinError)) throw error;
      reason ??= error;
    }
  }
  throw reason ?? new BuiltinError("x509: certificate signed by unknown authority");
}

interface Search {
  readonly roots: readonly Certificate[];
  readonly intermediates: readonly Certificate[];
  readonly options: ChainOptions;
  checks: number;
}

function chainsFrom(chain: readonly Certificate[], search: Search): readonly (readonly Certificate[])[] {
  const child = chain.at(-1);
  if (child === undefined) return [];
  const found: (readonly Certificate[])[] = [];
  for (const [kind, pool] of [
    ["root", search.roots],
    ["intermediate", search.intermediates],
  ] as const)
    for (const parent of parentsOf(child, pool)) {
      search.checks++;
      if (search.checks > MAX_CHECKS) return found;
      if (parent.publicKey.value === null || isInChain(parent, chain) || !holds(child, parent, { kind, chain, search }))
        continue;
      if (kind === "root") found.push([...chain, parent]);
      else found.push(...chainsFrom([...chain, parent], search));
    }
  return found;
}

/** Those of the issuer's name, each once: first those whose key the child names, then those of which that cannot be said. */
function parentsOf(child: Certificate, pool: readonly Certificate[]): readonly Certificate[] {
  const wanted = child.fields.authorityKeyId;
  const rank = ({ fields: { subjectKeyId } }: Certificate) =>
    wanted === undefined && subjectKeyId === undefined
      ? 0
      : wanted === undefined || subjectKeyId === undefined
        ? 1
        : areEqual(wanted, subjectKeyId)
          ? 0
          : 2;
  return pool
    .filter((each, index) => pool.findIndex((other) => areEqual(other.raw, each.raw)) === index)
    .filter((each) => areEqual(each.subject.raw, child.issuer.raw))
    .toSorted((a, b) => rank(a) - rank(b));
}

/** A name with the same key and the same other names twice is a circle. */
function isInChain(candidate: Certificate, chain: readonly Certificate[]): boolean {
  const names = alternativeNames(candidate);
  for (const each of chain) {
    if (!areEqual(candidate.subject.raw, each.subject.raw) || !areEqual(candidate.publicKey.raw, each.publicKey.raw))
      continue;
    const others = alternativeNames(each);
    if (names === undefined && others === undefined) return true;
    if (names === undefined || others === undefined) return false;
    if (areEqual(names, others)) return true;
  }
  return false;
}

function alternativeNames({ extensions }: Certificate): Uint8Array | undefined {
  return extensions.find(({ id }) => id.join(".") === "2.5.29.17")?.value;
}

interface Step {
  readonly kind: "root" | "intermediate";
  readonly chain: readonly Certificate[];
  readonly search: Search;
}

function holds(child: Certificate, parent: Certificate, { kind, chain, search }: Step): boolean {
  try {
    checkSignature(child, parent);
    checkOne(parent, kind, { ...search, chain });
    return true;
  } catch (error) {
    if (error instanceof BuiltinError) return false;
    throw error;
  }
}

/** The bit of a key's usage that lets it sign certificates. */
const SIGNS_CERTIFICATES = 32;

function checkSignature(child: Certificate, parent: Certificate): void {
  const { basicConstraints, keyUsage } = parent.fields;
  const isNoAuthority = basicConstraints === undefined ? parent.version === 3 : !basicConstraints.isCa;
  if (isNoAuthority || (keyUsage !== 0 && (keyUsage & SIGNS_CERTIFICATES) === 0))
    throw new BuiltinError("x509: invalid signature: parent certificate cannot sign this kind of certificate");
  const { key, hash, pss } = child.signatureAlgorithm;
  const hashesItself = key === PublicKeyAlgorithm.ed25519;
  if (key !== parent.publicKey.algorithm || key === PublicKeyAlgorithm.unknown || (hash === undefined && !hashesItself))
    throw new BuiltinError("x509: cannot verify signature: the algorithm is unknown, insecure or not the key's");
  const padding =
    pss === true ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST } : {};
  if (!verify(hash, child.signed, { key: keyObject(parent.publicKey.raw), ...padding }, child.signature))
    throw new BuiltinError("x509: invalid signature");
}

interface Place {
  readonly options: ChainOptions;
  /** What lies below. */
  readonly chain: readonly Certificate[];
}

function checkOne(
  { fields, notBefore, notAfter }: Certificate,
  kind: "leaf" | "intermediate" | "root",
  { options: { now }, chain }: Place,
): void {
  if (fields.unhandledCritical.length > 0) throw new BuiltinError("x509: unhandled critical extension");
  if (now < notBefore.seconds || now > notAfter.seconds)
    throw new BuiltinError("x509: certificate has expired or is not yet valid");
  const { basicConstraints } = fields;
  if (kind === "intermediate" && basicConstraints?.isCa !== true)
    throw new BuiltinError("x509: certificate is not authorized to sign other certificates");
  const most = basicConstraints?.maxPathLength ?? -1;
  if (most >= 0 && chain.length - 1 > most)
    throw new BuiltinError("x509: too many intermediates for path length constraint");
}

function checkHost({ fields: { subjectNames } }: Certificate, host: string): void {
  const bare = /^\[.+\]$/s.test(host) ? host.slice(1, -1) : host;
  const address = parseIp(bare);
  const matches =
    address === undefined
      ? subjectNames?.dns.some((name) => matchesHost(name, host))
      : subjectNames?.addresses.some((each) => isAddress(each, address.bits, address.value));
  if (matches !== true) throw new BuiltinError(`x509: certificate is not valid for ${host}`);
}

function isAddress(bytes: Uint8Array, bits: number, value: bigint): boolean {
  const own = unsigned(bytes);
  if (bytes.length * 8 === bits) return own === value;
  return bits === 32 && bytes.length === 16 && own === (0xffffn << 32n) + value;
}

const ANY_USAGE = 0;
const SERVER = 1;

/** Each certificate of the chain that limits what it is for must allow one of the wanted usages, and all of them the same. */
function checkKeyUsages(chain: readonly Certificate[], wanted: readonly number[]): void {
  if (wanted.includes(ANY_USAGE)) return;
  let left = wanted.length === 0 ? [SERVER] : [...wanted];
  for (const { fields } of chain.toReversed()) {
    const { extendedKeyUsages: known, unknownKeyUsages: unknown } = fields;
    if ((known.length === 0 && unknown.length === 0) || known.includes(ANY_USAGE)) continue;
    left = left.filter((usage) => known.includes(usage));
    if (left.length === 0) throw new BuiltinError("x509: certificate specifies an incompatible key usage");
  }
}
