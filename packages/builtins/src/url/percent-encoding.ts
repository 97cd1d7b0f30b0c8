import { decodeUtf8, encodeUtf8 } from "../bytes.ts";

/** Percent-encoding as in Go's net/url: by bytes of UTF-8, capital digits. */

const QUERY_PLAIN = /[A-Za-z0-9\-_.~]/;
const PATH_PLAIN = /[A-Za-z0-9\-_.~$&+,/:;=@]/;

/** A query's key or value; a space is `+`. */
export function escapeQuery(text: string): string {
  return escapeBytes(encodeUtf8(text), QUERY_PLAIN).replaceAll("%20", "+");
}

export function escapePath(bytes: Uint8Array): string {
  return escapeBytes(bytes, PATH_PLAIN);
}

/** Undefined where a % has no two digits behind it. */
export function unescapeQuery(text: string): string | undefined {
  const bytes = unescapeBytes(text.replaceAll("+", "%20"));
  return bytes === undefined ? undefined : decodeUtf8(bytes);
}

export function unescapeBytes(text: string): Uint8Array | undefined {
  const encoded = encodeUtf8(text);
  const bytes = new Uint8Array(encoded.length);
  let length = 0;
  for (let at = 0; at < encoded.length; at++) {
    const byte = encoded[at] ?? 0;
    if (byte !== 0x25) {
      bytes[length++] = byte;
      continue;
    }
    const digits = String.fromCharCode(encoded[at + 1] ?? 0, encoded[at + 2] ?? 0);
    if (!/^[0-9a-fA-F]{2}$/.test(digits)) return undefined;
    bytes[length++] = Number.parseInt(digits, 16);
    at += 2;
  }
  return bytes.subarray(0, length);
}

function escapeBytes(bytes: Uint8Array, plain: RegExp): string {
  let escaped = "";
  for (const byte of bytes) {
    const character = String.fromCharCode(byte);
    escaped += plain.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return escaped;
}
