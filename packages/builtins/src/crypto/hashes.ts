import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { BuiltinFunction } from "@flyball/engine";
import type { BuiltinTable } from "../builtin-table.ts";
import { encodeUtf8 } from "../bytes.ts";
import { stringAt } from "../operand.ts";

/** Digests and keyed digests of a text's UTF-8, as hexadecimal digits. Needs `node:crypto`, which Node, Deno and Bun have. */
export const hashes: BuiltinTable = {
  "crypto.md5": digest("md5"),
  "crypto.sha1": digest("sha1"),
  "crypto.sha256": digest("sha256"),
  "crypto.hmac.md5": keyedDigest("md5"),
  "crypto.hmac.sha1": keyedDigest("sha1"),
  "crypto.hmac.sha256": keyedDigest("sha256"),
  "crypto.hmac.sha512": keyedDigest("sha512"),
  "crypto.hmac.equal": (args) => {
    const [left, right] = [encodeUtf8(stringAt(args, 0)), encodeUtf8(stringAt(args, 1))];
    return left.length === right.length && timingSafeEqual(left, right);
  },
};

function digest(algorithm: string): BuiltinFunction {
  return (args) => createHash(algorithm).update(stringAt(args, 0)).digest("hex");
}

function keyedDigest(algorithm: string): BuiltinFunction {
  return (args) => createHmac(algorithm, stringAt(args, 1)).update(stringAt(args, 0)).digest("hex");
}
