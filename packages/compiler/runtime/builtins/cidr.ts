// net.cidr_contains and its neighbours: IP addresses and networks as Go's net package reads them. An address is 16 bytes; one of version 4 stands in
// the last four behind ::ffff, and one of version 6 that begins with ::ffff counts as version 4.

import { alloc, builtin_failed, spendBytes } from "../host";
import { bytesOf, textOf } from "../string";
import { FALSE, TRUE, fromBool, isString } from "../value";

const DOT: u32 = 46;
const COLON: u32 = 58;
const SLASH: u32 = 47;
const ADDRESS: u32 = 16;

// @ts-ignore: decorator
@inline
function byteAt(p: u32, end: u32): u32 {
  return p < end ? <u32>load<u8>(p) : 0;
}

/** Four numbers below 256 without leading zeros that fill [p, end). */
function parseFour(p: u32, end: u32, to: u32): bool {
  for (let field: u32 = 0; field < 4; field++) {
    if (field && byteAt(p++, end) != DOT) return false;
    let n: u32 = 0;
    let digits: u32 = 0;
    while (byteAt(p, end) - 48 < 10) {
      if (digits == 1 && n == 0) return false;
      n = n * 10 + byteAt(p, end) - 48;
      if (n > 255) return false;
      digits++;
      p++;
    }
    if (!digits) return false;
    store<u8>(to + field, n);
  }
  return p == end;
}

function hexValue(c: u32): u32 {
  if (c - 48 < 10) return c - 48;
  c |= 32;
  return c - 97 < 6 ? c - 87 : 16;
}

/** Groups of up to four hexadecimal digits, one run of zeros left out as ::, the last two groups maybe as version 4. */
function parseSix(p: u32, end: u32, to: u32): bool {
  let gap: i32 = -1;
  let i: u32 = 0;
  if (byteAt(p, end) == COLON && byteAt(p + 1, end) == COLON) {
    gap = 0;
    p += 2;
    if (p == end) return true;
  }
  while (i < 16) {
    let n: u32 = 0;
    let digits: u32 = 0;
    const start = p;
    while (hexValue(byteAt(p, end)) < 16) {
      if (++digits > 4) return false;
      n = (n << 4) | hexValue(byteAt(p, end));
      p++;
    }
    if (!digits) return false;
    if (byteAt(p, end) == DOT) {
      if ((gap < 0 && i != 12) || i + 4 > 16 || !parseFour(start, end, to + i)) return false;
      i += 4;
      p = end;
      break;
    }
    store<u8>(to + i, n >> 8);
    store<u8>(to + i, n, 1);
    i += 2;
    if (p == end) break;
    if (byteAt(p, end) != COLON || p + 1 == end) return false;
    p++;
    if (byteAt(p, end) == COLON) {
      if (gap >= 0) return false;
      gap = i;
      p++;
      if (p == end) break;
    }
  }
  if (p != end) return false;
  if (i < 16) {
    if (gap < 0) return false;
    const moved = i - gap;
    memory.copy(to + 16 - moved, to + gap, moved);
    memory.fill(to + gap, 0, 16 - i);
  } else if (gap >= 0) {
    return false;
  }
  return true;
}

/** 4 or 6 with the address at `to`, or 0. */
function parseAddress(p: u32, end: u32, to: u32): u32 {
  memory.fill(to, 0, ADDRESS);
  for (let q = p; q < end; q++) {
    if (load<u8>(q) == COLON) return parseSix(p, end, to) ? 6 : 0;
    if (load<u8>(q) == DOT) break;
  }
  store<u16>(to, 0xffff, 10);
  return parseFour(p, end, to + 12) ? 4 : 0;
}

function isFour(address: u32): bool {
  return load<u64>(address) == 0 && load<u32>(address, 8) == 0xffff0000;
}

// A network: its first address, then u32 bits of the mask counted from the front of the 16 bytes, u32 version as it was written.

function parseNetwork(s: u64): u32 {
  const from = textOf(s);
  const end = from + bytesOf(s);
  spendBytes(bytesOf(s));
  let slash = from;
  while (slash < end && load<u8>(slash) != SLASH) slash++;
  const digits = end - slash - 1;
  if (slash == end || digits == 0 || digits > 3) return 0;
  let n: u32 = 0;
  for (let p = slash + 1; p < end; p++) {
    if (byteAt(p, end) - 48 > 9) return 0;
    n = n * 10 + byteAt(p, end) - 48;
  }
  const network = alloc(ADDRESS + 8);
  const version = parseAddress(from, slash, network);
  if (!version || n > (version == 4 ? 32 : 128)) return 0;
  const ones = version == 4 ? n + 96 : n;
  store<u32>(network, ones, 16);
  store<u32>(network, version, 20);
  mask(network, ones, 0);
  return network;
}

/** Sets the bits behind the first `ones` to 0, or to 1. */
function mask(address: u32, ones: u32, fill: u32): void {
  for (let i: u32 = 0; i < 16; i++) {
    const inside = ones > i << 3 ? min<u32>(ones - (i << 3), 8) : 0;
    const host = 0xff >> inside;
    const byte = <u32>load<u8>(address + i);
    store<u8>(address + i, fill ? byte | host : byte & ~host);
  }
}

/** Whether the addresses agree in the first `ones` bits. */
function agree(a: u32, b: u32, ones: u32): bool {
  for (let i: u32 = 0; i << 3 < ones; i++) {
    const inside = min<u32>(ones - (i << 3), 8);
    if (((load<u8>(a + i) ^ load<u8>(b + i)) & (0xff00 >> inside) & 0xff) != 0) return false;
  }
  return true;
}

function contains(network: u32, address: u32): bool {
  if (isFour(network) != isFour(address)) return false;
  const ones = load<u32>(network, 16);
  // A mapped network with a short mask is one of version 4 without a mask.
  return agree(network, address, isFour(network) ? max<u32>(ones, 96) : ones);
}

function containsNetwork(outer: u32, inner: u32): bool {
  const outerOnes = load<u32>(outer, 16);
  const innerOnes = load<u32>(inner, 16);
  if (load<u32>(outer, 20) == 6 && load<u32>(inner, 20) == 6 && !isFour(outer) && !isFour(inner)) {
    return outerOnes <= innerOnes && agree(outer, inner, outerOnes);
  }
  if (!contains(outer, inner)) return false;
  const last = alloc(ADDRESS);
  memory.copy(last, inner, ADDRESS);
  mask(last, innerOnes, 1);
  return contains(outer, last);
}

export function b_net_cidr_contains(network: u64, inner: u64): u64 {
  if (!isString(network) || !isString(inner)) return builtin_failed();
  const outer = parseNetwork(network);
  if (!outer) return builtin_failed();
  const address = alloc(ADDRESS);
  spendBytes(bytesOf(inner));
  if (parseAddress(textOf(inner), textOf(inner) + bytesOf(inner), address)) return fromBool(contains(outer, address));
  const other = parseNetwork(inner);
  return other ? fromBool(containsNetwork(outer, other)) : builtin_failed();
}

export function b_net_cidr_intersects(a: u64, b: u64): u64 {
  if (!isString(a) || !isString(b)) return builtin_failed();
  const x = parseNetwork(a);
  const y = x ? parseNetwork(b) : 0;
  return y ? fromBool(contains(x, y) || contains(y, x)) : builtin_failed();
}

export function b_net_cidr_is_valid(s: u64): u64 {
  return isString(s) && parseNetwork(s) ? TRUE : FALSE;
}
