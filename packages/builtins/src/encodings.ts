import { BuiltinError } from "@flyball/engine";
import { isString } from "@flyball/engine/values";
import type { BuiltinTable } from "./builtin-table.ts";
import { operandAt, stringAt } from "./operand.ts";

const ENCODER = new TextEncoder();
const STANDARD = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL_SAFE = `${STANDARD.slice(0, 62)}-_`;

/** Bytes as text and back. Decoded bytes that are no UTF-8 become U+FFFD, as where OPA prints them. */
export const encodings: BuiltinTable = {
  "base64.encode": (args) => encode64(ENCODER.encode(stringAt(args, 0)), STANDARD, true),
  "base64.decode": (args) => text(decode64(stringAt(args, 0), STANDARD)),
  "base64.is_valid": (args) => {
    const value = operandAt(args, 0);
    return isString(value) && tryDecode64(value);
  },
  "base64url.encode": (args) => encode64(ENCODER.encode(stringAt(args, 0)), URL_SAFE, true),
  "base64url.encode_no_pad": (args) => encode64(ENCODER.encode(stringAt(args, 0)), URL_SAFE, false),
  "base64url.decode": (args) => text(decode64(padded(stringAt(args, 0)), URL_SAFE)),
  "hex.encode": (args) =>
    Array.from(ENCODER.encode(stringAt(args, 0)), (byte) => byte.toString(16).padStart(2, "0")).join(""),
  "hex.decode": (args) => {
    const digits = stringAt(args, 0);
    if (digits.length % 2 === 1 || !/^[0-9a-fA-F]*$/.test(digits)) throw new BuiltinError("encoding/hex: invalid text");
    return text(Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)));
  },
};

function encode64(bytes: Uint8Array, alphabet: string, pad: boolean): string {
  let encoded = "";
  for (let at = 0; at < bytes.length; at += 3) {
    const group = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    const digits = Math.min(4, bytes.length - at + 1);
    for (let digit = 0; digit < 4; digit++)
      encoded += digit < digits ? alphabet.charAt((group >> (18 - 6 * digit)) & 63) : pad ? "=" : "";
  }
  return encoded;
}

/** Go's decoder: line breaks are ignored, padding is required, nothing may follow it. */
function decode64(encoded: string, alphabet: string): Uint8Array {
  const digits = encoded.replace(/[\r\n]/g, "");
  const body = digits.replace(/={1,2}$/, "");
  if (digits.length % 4 !== 0 || [...body].some((digit) => !alphabet.includes(digit)) || body.length % 4 === 1)
    throw new BuiltinError("illegal base64 data");
  const bytes: number[] = [];
  for (let at = 0; at < body.length; at += 4) {
    const group = [0, 1, 2, 3].reduce(
      (bits, offset) => (bits << 6) | Math.max(0, alphabet.indexOf(body.charAt(at + offset) || "A")),
      0,
    );
    const count = Math.min(3, body.length - at - 1);
    for (let index = 0; index < count; index++) bytes.push((group >> (16 - 8 * index)) & 255);
  }
  return Uint8Array.from(bytes);
}

function tryDecode64(encoded: string): boolean {
  try {
    decode64(encoded, STANDARD);
    return true;
  } catch {
    return false;
  }
}

/** Padding may be left out in the URL-safe form. */
function padded(encoded: string): string {
  return encoded.includes("=") ? encoded : encoded + "=".repeat((4 - (encoded.length % 4)) % 4);
}

function text(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}
