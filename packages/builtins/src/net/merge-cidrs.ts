import { formatIp, type IpAddress, type IpNetwork, lastAddress } from "./ip-address.ts";

/** A network to merge and how it is written if nothing touches it. */
export interface NamedNetwork {
  readonly network: IpNetwork;
  readonly text: string;
}

/** Addresses from `first` to `last` in the 128-bit space, in which IPv4 lies at `::ffff:0:0`. */
interface Range {
  readonly first: bigint;
  readonly last: bigint;
  /** Undefined for a range that was merged. */
  readonly text: string | undefined;
}

const MAPPED = 0xffffn << 32n;

/** The fewest networks that have the same addresses; one that touches no other stays as it was written. */
export function mergeCidrs(networks: readonly NamedNetwork[]): readonly string[] {
  const merged: Range[] = [];
  const ranges = networks.map(rangeOf).sort(byLast);
  // From the highest on, each takes in those below that it touches.
  for (let range = ranges.pop(); range !== undefined; range = ranges.pop()) {
    for (let below = ranges.at(-1); below !== undefined && before(range.first) <= below.last; below = ranges.at(-1)) {
      range = { first: below.first < range.first ? below.first : range.first, last: range.last, text: undefined };
      ranges.pop();
    }
    merged.push(range);
  }
  return merged.flatMap(({ first, last, text }) => (text === undefined ? networksIn(first, last) : [text]));
}

function rangeOf({ network, text }: NamedNetwork): Range {
  const base = network.bits === 32 ? MAPPED : 0n;
  return { first: base + network.value, last: base + lastAddress(network), text };
}

function byLast(a: Range, b: Range): number {
  if (a.last !== b.last) return a.last < b.last ? -1 : 1;
  return a.first < b.first ? -1 : a.first > b.first ? 1 : 0;
}

/** Nothing is before the first address of either kind. */
function before(address: bigint): bigint {
  return address === 0n || address === MAPPED ? address : address - 1n;
}

function networksIn(first: bigint, last: bigint): readonly string[] {
  const texts: string[] = [];
  for (let start = first; start <= last; ) {
    let host = 0n;
    while (host < 128n && start % (1n << (host + 1n)) === 0n && start + (1n << (host + 1n)) - 1n <= last) host++;
    texts.push(formatNetwork(start, 128 - Number(host)));
    start += 1n << host;
  }
  return texts;
}

function formatNetwork(start: bigint, prefix: number): string {
  const isMapped = start >> 32n === 0xffffn && prefix >= 96;
  const address: IpAddress = isMapped ? { bits: 32, value: start & 0xffff_ffffn } : { bits: 128, value: start };
  return `${formatIp(address)}/${isMapped ? prefix - 96 : prefix}`;
}
