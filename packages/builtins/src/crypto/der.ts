import { BuiltinError } from "@flyball/engine";
import { decodeUtf8 } from "../bytes.ts";

/** DER, the encoding of certificates: elements of a tag, a length and contents. Strict as Go's cryptobyte: tags of one byte, lengths in their shortest form. Source: ITU-T X.690. */
export interface DerElement {
  readonly tag: number;
  readonly contents: Uint8Array;
  /** With tag and length. */
  readonly whole: Uint8Array;
}

/** What is still to be read of a sequence. */
export interface DerReader {
  readonly bytes: Uint8Array;
  at: number;
  /** Where a mistake is reported. */
  readonly what: string;
}

export const DerTag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  objectIdentifier: 0x06,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** A tag of the context, `[n]`: primitive, or around other elements. */
export function contextTag(number: number, constructed = false): number {
  return 0x80 | (constructed ? 0x20 : 0) | number;
}

export function derReader(bytes: Uint8Array, what: string): DerReader {
  return { bytes, at: 0, what };
}

export function malformed({ what }: DerReader): BuiltinError {
  return new BuiltinError(`x509: malformed ${what}`);
}

export function isAtEnd({ bytes, at }: DerReader): boolean {
  return at >= bytes.length;
}

export function isNextTag({ bytes, at }: DerReader, tag: number): boolean {
  return bytes[at] === tag;
}

/** Throws `BuiltinError` where there is no whole element. */
export function readElement(reader: DerReader): DerElement {
  const { bytes, at } = reader;
  const [tag, first] = [bytes[at], bytes[at + 1]];
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) throw malformed(reader);
  let [header, length] = [2, first];
  if (first >= 0x80) {
    const count = first & 0x7f;
    if (count === 0 || count > 4) throw malformed(reader);
    length = 0;
    for (let index = 0; index < count; index++) length = length * 256 + (bytes[at + 2 + index] ?? 0);
    header += count;
    if (length < 0x80 || length < 256 ** (count - 1)) throw malformed(reader);
  }
  const end = at + header + length;
  if (end > bytes.length) throw malformed(reader);
  reader.at = end;
  return { tag, contents: bytes.subarray(at + header, end), whole: bytes.subarray(at, end) };
}

export function readTagged(reader: DerReader, tag: number): DerElement {
  if (!isNextTag(reader, tag)) throw malformed(reader);
  return readElement(reader);
}

export function readOptional(reader: DerReader, tag: number): DerElement | undefined {
  return isNextTag(reader, tag) ? readElement(reader) : undefined;
}

/** A reader of what is inside the next element. */
export function readInner(reader: DerReader, tag: number, what: string = reader.what): DerReader {
  return derReader(readTagged(reader, tag).contents, what);
}

export function readInteger(reader: DerReader, tag: number = DerTag.integer): bigint {
  const { contents } = readTagged(reader, tag);
  const [first, second] = contents;
  if (first === undefined) throw malformed(reader);
  // Nine equal bits at the start are no shortest form.
  if (second !== undefined && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80)))
    throw malformed(reader);
  const value = unsigned(contents);
  return first >= 0x80 ? value - (1n << BigInt(8 * contents.length)) : value;
}

export function unsigned(bytes: Uint8Array): bigint {
  let hex = "0";
  for (const byte of bytes) hex += byte.toString(16).padStart(2, "0");
  return BigInt(`0x${hex}`);
}

export function readBoolean(reader: DerReader): boolean {
  const { contents } = readTagged(reader, DerTag.boolean);
  if (contents.length !== 1 || (contents[0] !== 0 && contents[0] !== 0xff)) throw malformed(reader);
  return contents[0] === 0xff;
}

/** Numbers of an object identifier. */
export function readObjectIdentifier(reader: DerReader): readonly number[] {
  const numbers = objectIdentifier(readTagged(reader, DerTag.objectIdentifier).contents);
  // Go keeps the numbers in 31 bits.
  if (numbers?.every((number) => number < 2n ** 31n) !== true) throw malformed(reader);
  return numbers.map(Number);
}

/** Undefined for what is none. */
export function objectIdentifier(contents: Uint8Array): readonly bigint[] | undefined {
  const numbers: bigint[] = [];
  let value: bigint | undefined;
  for (const byte of contents) {
    if (value === undefined && byte === 0x80) return undefined;
    value = ((value ?? 0n) << 7n) | BigInt(byte & 0x7f);
    if (byte >= 0x80) continue;
    numbers.push(value);
    value = undefined;
  }
  const [first, ...rest] = numbers;
  if (first === undefined || value !== undefined) return undefined;
  const top = first < 80n ? first / 40n : 2n;
  return [top, first - top * 40n, ...rest];
}

export interface BitString {
  readonly bytes: Uint8Array;
  /** Of the last byte that count for nothing. */
  readonly unused: number;
}

export function readBitString(reader: DerReader): BitString {
  const { contents } = readTagged(reader, DerTag.bitString);
  const unused = contents[0] ?? 8;
  const bytes = contents.subarray(1);
  const last = bytes.at(-1) ?? 0;
  if (unused > 7 || (bytes.length === 0 && unused > 0) || (last & ((1 << unused) - 1)) !== 0) throw malformed(reader);
  return { bytes, unused };
}

/** The bits moved to the end. */
export function rightAligned({ bytes, unused }: BitString): Uint8Array {
  if (unused === 0) return bytes;
  return bytes.map((byte, index) => (byte >> unused) | (((bytes[index - 1] ?? 0) << (8 - unused)) & 0xff));
}

export function bitAt({ bytes, unused }: BitString, index: number): boolean {
  return index < bytes.length * 8 - unused && (((bytes[index >> 3] ?? 0) >> (7 - (index & 7))) & 1) === 1;
}

const PRINTABLE = /^[a-zA-Z0-9'()+,\-./ :=?*&]*$/;

/** A text of any of ASN.1's string types. Throws `BuiltinError`. */
export function derText({ tag, contents }: DerElement): string {
  const text = latinText(contents);
  switch (tag) {
    case 0x0c: {
      const decoded = decodeUtf8(contents);
      if (new TextEncoder().encode(decoded).some((byte, index) => byte !== contents[index])) break;
      return decoded;
    }
    case 0x12:
      if (/^[0-9 ]*$/.test(text)) return text;
      break;
    case 0x13:
      if (PRINTABLE.test(text)) return text;
      break;
    case 0x14:
      return text;
    case 0x16:
      if (isAscii(contents)) return text;
      break;
    case 0x1e: {
      const decoded = wideText(contents);
      if (decoded !== undefined) return decoded;
    }
  }
  throw new BuiltinError("x509: invalid RDNSequence: invalid attribute value");
}

export function isAscii(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte < 0x80);
}

/** Each byte a character. */
export function latinText(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/** Two bytes a character; a zero at the end closes the text. */
function wideText(bytes: Uint8Array): string | undefined {
  if (bytes.length % 2 !== 0) return undefined;
  let text = "";
  for (let at = 0; at < bytes.length; at += 2)
    text += String.fromCharCode(((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0));
  return /[\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]/.test(text.replace(/\0$/, "")) ? undefined : text.replace(/\0$/, "");
}
