/**
 * IP addresses and networks with Go's rules (packages net and net/netip): no zeros in front of decimal fields, no zones, and an IPv4 address inside
 * IPv6 (`::ffff:1.2.3.4`) is the IPv4 address.
 */
export interface IpAddress {
  readonly bits: 32 | 128;
  readonly value: bigint;
}

export interface IpNetwork extends IpAddress {
  /** The network's own address: bits behind the prefix are zero. */
  readonly value: bigint;
  readonly prefix: number;
}

const MAPPED = 0xffffn;

export function parseIp(text: string): IpAddress | undefined {
  const address = parseUnmapped(text);
  return address?.bits === 128 && address.value >> 32n === MAPPED
    ? { bits: 32, value: address.value & 0xffff_ffffn }
    : address;
}

export function parseCidr(text: string): IpNetwork | undefined {
  const [, before = "", digits = ""] = /^([^/]*)\/(\d+)$/.exec(text) ?? [];
  const address = digits === "" ? undefined : parseUnmapped(before);
  const prefix = Number(digits);
  if (address === undefined || prefix > address.bits) return undefined;
  if (address.bits === 128 && prefix >= 96 && address.value >> 32n === MAPPED)
    return networkOf({ bits: 32, value: address.value & 0xffff_ffffn }, prefix - 96);
  return networkOf(address, prefix);
}

export function networkOf({ bits, value }: IpAddress, prefix: number): IpNetwork {
  const host = BigInt(bits - prefix);
  return { bits, prefix, value: (value >> host) << host };
}

export function lastAddress({ bits, prefix, value }: IpNetwork): bigint {
  return value | ((1n << BigInt(bits - prefix)) - 1n);
}

export function containsAddress(network: IpNetwork, address: IpAddress): boolean {
  return network.bits === address.bits && networkOf(address, network.prefix).value === network.value;
}

export function containsNetwork(outer: IpNetwork, inner: IpNetwork): boolean {
  return outer.prefix <= inner.prefix && containsAddress(outer, inner);
}

export function formatIp({ bits, value }: IpAddress): string {
  if (bits === 32) return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join(".");
  const groups = Array.from({ length: 8 }, (_, index) => Number((value >> BigInt(112 - 16 * index)) & 0xffffn));
  const { start, length } = longestZeros(groups);
  const text = (part: readonly number[]) => part.map((group) => group.toString(16)).join(":");
  return length < 2 ? text(groups) : `${text(groups.slice(0, start))}::${text(groups.slice(start + length))}`;
}

function longestZeros(groups: readonly number[]): { readonly start: number; readonly length: number } {
  let best = { start: 0, length: 0 };
  let length = 0;
  for (const [index, group] of groups.entries()) {
    length = group === 0 ? length + 1 : 0;
    if (length > best.length) best = { start: index - length + 1, length };
  }
  return best;
}

function parseUnmapped(text: string): IpAddress | undefined {
  if (text.length > 45) return undefined;
  return text.includes(":") ? parseIpv6(text) : parseIpv4(text);
}

function parseIpv4(text: string): IpAddress | undefined {
  const fields = text.split(".");
  if (fields.length !== 4 || !fields.every((field) => /^(0|[1-9]\d{0,2})$/.test(field) && Number(field) < 256))
    return undefined;
  return { bits: 32, value: fields.reduce((value, field) => value * 256n + BigInt(field), 0n) };
}

function parseIpv6(text: string): IpAddress | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const [head = [], tail = []] = halves.map((half, index) => groupsOf(half, index === halves.length - 1));
  if (head === "wrong" || tail === "wrong") return undefined;
  const missing = 8 - head.length - tail.length;
  // `::` stands for one group at least.
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...Array<number>(missing).fill(0), ...tail];
  return { bits: 128, value: groups.reduce((value, group) => (value << 16n) | BigInt(group), 0n) };
}

/** Groups of 16 bits; the last two may be written as IPv4. */
function groupsOf(text: string, isEnd: boolean): readonly number[] | "wrong" {
  if (text === "") return [];
  const fields = text.split(":");
  const groups: number[] = [];
  for (const [index, field] of fields.entries()) {
    if (isEnd && index === fields.length - 1 && field.includes(".")) {
      const embedded = parseIpv4(field);
      if (embedded === undefined) return "wrong";
      groups.push(Number(embedded.value >> 16n), Number(embedded.value & 0xffffn));
    } else if (/^[0-9a-fA-F]{1,4}$/.test(field)) {
      groups.push(Number.parseInt(field, 16));
    } else {
      return "wrong";
    }
  }
  return groups;
}
