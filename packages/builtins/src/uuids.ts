import { canonicalNumber, makeObject, type RegoValue } from "@flyball/engine/values";
import type { BuiltinTable } from "./builtin-table.ts";
import { decodeHex, encodeHex } from "./bytes.ts";
import { stringAt } from "./operand.ts";

/** UUIDs (RFC 4122) taken apart. */
export const uuids: BuiltinTable = {
  "uuid.parse": (args) => describe(stringAt(args, 0)),
};

/** 100 ns ticks from 15 October 1582 to 1970. */
const EPOCH_TICKS = 0x01b2_1dd2_1381_4000n;

/** Undefined for what is no UUID, which is no error either. */
function describe(text: string): RegoValue | undefined {
  const bytes = parseUuid(text);
  if (bytes === undefined) return undefined;
  const byte = (index: number) => bytes[index] ?? 0;
  const version = byte(6) >> 4;
  const fields: [string, RegoValue][] = [
    ["version", version],
    ["variant", variantOf(byte(8))],
  ];
  if (version === 1 || version === 2) {
    const ticks =
      (BigInt(((byte(6) & 0x0f) << 8) | byte(7)) << 48n) |
      (BigInt((byte(4) << 8) | byte(5)) << 32n) |
      BigInt(((byte(0) << 24) | (byte(1) << 16) | (byte(2) << 8) | byte(3)) >>> 0);
    fields.push(
      ["time", canonicalNumber(BigInt.asIntN(64, (ticks - EPOCH_TICKS) * 100n))],
      ["nodeid", encodeHex(bytes.subarray(10)).replace(/..(?=.)/g, "$&-")],
      ["macvariables", nodeKind(byte(10))],
      ["clocksequence", ((byte(8) << 8) | byte(9)) & 0x3fff],
    );
  }
  if (version === 2) {
    fields.push(
      ["id", ((byte(0) << 24) | (byte(1) << 16) | (byte(2) << 8) | byte(3)) >>> 0],
      ["domain", ["Person", "Group", "Org"][byte(9)] ?? `Domain${byte(9)}`],
    );
  }
  return makeObject(fields);
}

function variantOf(byte: number): string {
  if ((byte & 0xc0) === 0x80) return "RFC4122";
  if ((byte & 0xe0) === 0xc0) return "Microsoft";
  return (byte & 0xe0) === 0xe0 ? "Future" : "Reserved";
}

function nodeKind(byte: number): string {
  return `${(byte & 2) === 2 ? "local" : "global"}:${(byte & 1) === 1 ? "multicast" : "unicast"}`;
}

/** With hyphens, with `urn:uuid:` or any two characters around it, or 32 digits. */
function parseUuid(text: string): Uint8Array | undefined {
  const length = new TextEncoder().encode(text).length;
  if (length !== text.length) return undefined;
  if (length === 32) return decodeHex(text);
  const plain = length === 45 && /^urn:uuid:/i.test(text) ? text.slice(9) : length === 38 ? text.slice(1, 37) : text;
  if (!/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(plain)) return undefined;
  return decodeHex(plain.replaceAll("-", ""));
}
