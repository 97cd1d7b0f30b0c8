import { BuiltinError } from "@flyball/engine";
import { isString } from "@flyball/engine/values";
import type { BuiltinTable } from "./builtin-table.ts";
import { decodeBase64, decodeHex, decodeUtf8, encodeBase64, encodeHex, encodeUtf8 } from "./bytes.ts";
import { operandAt, stringAt } from "./operand.ts";

/** Bytes as text and back. A string of Rego is Unicode here: decoded bytes that are no UTF-8 become U+FFFD, as where OPA prints them. */
export const encodings: BuiltinTable = {
  "base64.encode": (args) => encodeBase64(encodeUtf8(stringAt(args, 0)), { alphabet: "standard", padding: true }),
  "base64.decode": (args) => decoded(decodeBase64(stringAt(args, 0), { alphabet: "standard", padding: true })),
  "base64.is_valid": (args) => {
    const value = operandAt(args, 0);
    return isString(value) && decodeBase64(value, { alphabet: "standard", padding: true }) !== undefined;
  },
  "base64url.encode": (args) => encodeBase64(encodeUtf8(stringAt(args, 0)), { alphabet: "url", padding: true }),
  "base64url.encode_no_pad": (args) => encodeBase64(encodeUtf8(stringAt(args, 0)), { alphabet: "url", padding: false }),
  "base64url.decode": (args) =>
    decoded(decodeBase64(withPadding(stringAt(args, 0)), { alphabet: "url", padding: true })),
  "hex.encode": (args) => encodeHex(encodeUtf8(stringAt(args, 0))),
  "hex.decode": (args) => {
    const bytes = decodeHex(stringAt(args, 0));
    if (bytes === undefined) throw new BuiltinError("encoding/hex: invalid text");
    return decodeUtf8(bytes);
  },
};

function decoded(bytes: Uint8Array | undefined): string {
  if (bytes === undefined) throw new BuiltinError("illegal base64 data");
  return decodeUtf8(bytes);
}

/** Padding may be left out in the URL-safe form; a text that has some must have all. */
function withPadding(encoded: string): string {
  return encoded.endsWith("=") ? encoded : encoded + "=".repeat((4 - (encoded.length % 4)) % 4);
}
