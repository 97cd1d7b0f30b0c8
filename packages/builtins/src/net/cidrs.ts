import { BuiltinError } from "@flyball/engine";
import { isArray, isObject, isSet, isString, makeSet, objectEntries, type RegoValue } from "@flyball/engine/values";
import type { BuiltinTable } from "../builtin-table.ts";
import { MAX_ELEMENTS } from "../limits.ts";
import { elementsAt, operandAt, stringAt } from "../operand.ts";
import {
  containsAddress,
  containsNetwork,
  formatIp,
  type IpNetwork,
  lastAddress,
  networkOf,
  parseCidr,
  parseIp,
} from "./ip-address.ts";
import { mergeCidrs, type NamedNetwork } from "./merge-cidrs.ts";

/** Networks in CIDR notation. */
export const cidrs: BuiltinTable = {
  "net.cidr_contains": (args) => contains(cidr(stringAt(args, 0)), stringAt(args, 1)),
  // The old name of net.cidr_contains.
  "net.cidr_overlap": (args) => contains(cidr(stringAt(args, 0)), stringAt(args, 1)),
  "net.cidr_contains_matches": (args) => makeSet(containsMatches(operandAt(args, 0), operandAt(args, 1))),
  "net.cidr_intersects": (args) => {
    const [a, b] = [cidr(stringAt(args, 0)), cidr(stringAt(args, 1))];
    return containsAddress(a, b) || containsAddress(b, a);
  },
  "net.cidr_is_valid": (args) => {
    const text = operandAt(args, 0);
    return isString(text) && parseCidr(text) !== undefined;
  },
  "net.cidr_expand": (args) => makeSet(expand(cidr(stringAt(args, 0)))),
  "net.cidr_merge": (args) => makeSet(mergeCidrs(elementsAt(args, 0).map(networkToMerge))),
};

function cidr(text: string): IpNetwork {
  const network = parseCidr(text);
  if (network === undefined) throw new BuiltinError(`invalid CIDR address: ${text}`);
  return network;
}

function contains(network: IpNetwork, text: string): boolean {
  const address = parseIp(text);
  if (address !== undefined) return containsAddress(network, address);
  const inner = parseCidr(text);
  if (inner === undefined)
    throw new BuiltinError(`not a valid textual representation of an IP address or CIDR: ${text}`);
  return containsNetwork(network, inner);
}

function expand(network: IpNetwork): readonly string[] {
  const count = lastAddress(network) - network.value + 1n;
  if (count > BigInt(MAX_ELEMENTS))
    throw new BuiltinError(`the network has ${count} addresses; at most ${MAX_ELEMENTS} are listed`, { fatal: true });
  return Array.from({ length: Number(count) }, (_, index) =>
    formatIp({ bits: network.bits, value: network.value + BigInt(index) }),
  );
}

/** An IPv4 address without a prefix has that of its class: 8, 16 or 24. */
function networkToMerge(value: RegoValue): NamedNetwork {
  if (!isString(value)) throw new BuiltinError("element must be string");
  const address = parseIp(value);
  if (address === undefined) {
    const network = cidr(value);
    return { network, text: `${formatIp(network)}/${network.prefix}` };
  }
  if (address.bits === 128) throw new BuiltinError("IPv6 invalid: needs prefix length");
  const first = address.value >> 24n;
  const prefix = first < 128n ? 8 : first < 192n ? 16 : 24;
  return { network: networkOf(address, prefix), text: `${formatIp(address)}/${prefix}` };
}

/** Pairs that one call may compare. */
const MAX_PAIRS = 10_000_000;

/** A network or address with what names it in the result. */
type Candidate = readonly [index: RegoValue, text: RegoValue];

/** All pairs of which the first contains the second: `[index, index]`. */
function containsMatches(outer: RegoValue, inner: RegoValue): readonly RegoValue[] {
  const [left, right] = [candidates(outer), candidates(inner)];
  if (left.length * right.length > MAX_PAIRS)
    throw new BuiltinError(`${left.length} times ${right.length} pairs are too many`, { fatal: true });
  const matches: RegoValue[] = [];
  for (const [index, element] of left) {
    const first = candidateText(element, 1);
    const network = right.length === 0 ? undefined : cidr(textOf(first));
    for (const [otherIndex, other] of right) {
      const second = textOf(candidateText(other, 2));
      if (network !== undefined && contains(network, second)) matches.push([index, otherIndex]);
    }
  }
  return matches;
}

/** Arrays name their elements by place, sets by themselves, objects by key; a text names itself. */
function candidates(value: RegoValue): readonly Candidate[] {
  if (isString(value)) return [[value, value]];
  if (isArray(value)) return value.map((each, index) => [index, each]);
  if (isSet(value)) return [...value].map((each) => [each, each]);
  return isObject(value) ? objectEntries(value) : [];
}

/** The element itself, or what an array begins with. */
function candidateText(value: RegoValue, operand: number): RegoValue {
  const text = isArray(value) ? value[0] : value;
  if (text === undefined || !(isString(value) || isArray(value)))
    throw new BuiltinError(`operand ${operand}: element must be string or non-empty array`);
  return text;
}

function textOf(value: RegoValue): string {
  if (!isString(value)) throw new BuiltinError("operand 1 must be string");
  return value;
}
