/** Bytes and their texts, as Go has them: UTF-8, hexadecimal, base64. Nothing here throws; what is no such text is `undefined`. */

const ENCODER = new TextEncoder();

export function encodeUtf8(text: string): Uint8Array<ArrayBuffer> {
  return ENCODER.encode(text);
}

/** How many bytes the text has in UTF-8. */
export function byteLength(text: string): number {
  let length = text.length;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    // Two units of a pair have four bytes together; other units beyond U+07FF have three.
    if (unit >= 0x80) length += unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 1 : 2;
  }
  return length;
}

const STRICT_DECODER = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Each byte that is no part of a well-formed character becomes U+FFFD, as where Go prints a string. (The platform's own decoder makes one of several.) */
export function decodeUtf8(bytes: Uint8Array): string {
  return decodeStrictUtf8(bytes) ?? repairUtf8(bytes);
}

function decodeStrictUtf8(bytes: Uint8Array): string | undefined {
  try {
    return STRICT_DECODER.decode(bytes);
  } catch {
    return undefined;
  }
}

function repairUtf8(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const width = characterWidth(bytes, at);
    const character = width === 0 ? undefined : decodeStrictUtf8(bytes.subarray(at, at + width));
    parts.push(character ?? "\ufffd");
    at += character === undefined ? 1 : width;
  }
  return parts.join("");
}

/** How many bytes the first one announces; 0 where it begins no character. */
function characterWidth(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  if (first < 0xc2) return 0;
  if (first < 0xe0) return 2;
  if (first < 0xf0) return 3;
  return first < 0xf5 ? 4 : 0;
}

export function encodeHex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += HEX_PAIRS[byte];
  return text;
}

const HEX_PAIRS: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

export function decodeHex(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (text.length % 2 === 1 || !/^[0-9a-fA-F]*$/.test(text)) return undefined;
  const bytes = new Uint8Array(text.length / 2);
  for (let index = 0; index < bytes.length; index++)
    bytes[index] = Number.parseInt(text.slice(2 * index, 2 * index + 2), 16);
  return bytes;
}

export type Base64Alphabet = "standard" | "url";

const STANDARD = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const ALPHABETS: Readonly<Record<Base64Alphabet, string>> = { standard: STANDARD, url: `${STANDARD.slice(0, 62)}-_` };
const NO_DIGIT = 255;
const VALUES: Readonly<Record<Base64Alphabet, Uint8Array>> = {
  standard: valuesOf(ALPHABETS.standard),
  url: valuesOf(ALPHABETS.url),
};
function valuesOf(alphabet: string): Uint8Array {
  const values = new Uint8Array(128).fill(NO_DIGIT);
  for (let value = 0; value < 64; value++) values[alphabet.charCodeAt(value)] = value;
  return values;
}

export function encodeBase64(
  bytes: Uint8Array,
  { alphabet, padding }: { readonly alphabet: Base64Alphabet; readonly padding: boolean },
): string {
  const digits = ALPHABETS[alphabet];
  let text = "";
  for (let at = 0; at < bytes.length; at += 3) {
    const group = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    const count = Math.min(4, bytes.length - at + 1);
    for (let digit = 0; digit < count; digit++) text += digits.charAt((group >> (18 - 6 * digit)) & 63);
    if (padding) text += "=".repeat(4 - count);
  }
  return text;
}

/** Go's decoder: line breaks count for nothing, bits behind the last byte neither; padding must be whole where `padding` says so and absent otherwise. */
export function decodeBase64(
  text: string,
  { alphabet, padding }: { readonly alphabet: Base64Alphabet; readonly padding: boolean },
): Uint8Array<ArrayBuffer> | undefined {
  const values = VALUES[alphabet];
  const digits = text.includes("\n") || text.includes("\r") ? text.replace(/[\r\n]/g, "") : text;
  let length = digits.length;
  if (padding) {
    if (length % 4 !== 0) return undefined;
    if (digits.endsWith("==")) length -= 2;
    else if (digits.endsWith("=")) length -= 1;
  }
  if (length % 4 === 1) return undefined;
  const bytes = new Uint8Array(Math.floor((length * 3) / 4));
  let bits = 0;
  let count = 0;
  let next = 0;
  for (let at = 0; at < length; at++) {
    const value = values[digits.charCodeAt(at)] ?? NO_DIGIT;
    if (value === NO_DIGIT) return undefined;
    bits = ((bits << 6) | value) & 0xffff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes[next++] = (bits >> count) & 255;
  }
  return bytes;
}
