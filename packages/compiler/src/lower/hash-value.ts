/** Hashes as the run-time library computes them (packages/compiler/runtime/README.md, "Caches in composites"): 32 bits, never 0. */

function mix(hash: number): number {
  let mixed = hash ^ (hash >>> 15);
  mixed = Math.imul(mixed, 0x2c1b3c6d);
  mixed ^= mixed >>> 12;
  mixed = Math.imul(mixed, 0x297a2d39);
  mixed ^= mixed >>> 15;
  return mixed === 0 ? 1 : mixed >>> 0;
}

export function hashString(utf8: Uint8Array): number {
  let hash = 0x811c9dc5 ^ utf8.length;
  for (let offset = 0; offset < utf8.length; offset += 4) {
    const word =
      (utf8[offset] ?? 0) |
      ((utf8[offset + 1] ?? 0) << 8) |
      ((utf8[offset + 2] ?? 0) << 16) |
      ((utf8[offset + 3] ?? 0) << 24);
    hash = Math.imul(hash ^ word, 0x01000193);
    hash ^= hash >>> 13;
  }
  return mix(hash);
}

/** For doubles, null and booleans. */
export function hashBits(bits: bigint): number {
  const low = Number(bits & 0xffff_ffffn);
  const high = Number(bits >> 32n);
  return mix(low ^ Math.imul(high, 0x9e3779b1));
}
