import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { BuiltinError } from "@flyball/engine";
import { getKey, numberText, type RegoNumeric, type RegoObject } from "@flyball/engine/values";
import { describe, expect, it } from "vitest";
import { loadBuiltins } from "../src/index.ts";

const builtins = await loadBuiltins(["crypto.parse_private_keys", "crypto.x509.parse_rsa_private_key"]);
const parseAll = (text: string) => builtins.get("crypto.parse_private_keys")?.([text], { now: undefined });
const parseFirst = (text: string) => builtins.get("crypto.x509.parse_rsa_private_key")?.([text], { now: undefined });

const rsa = generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey;
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
const ed = generateKeyPairSync("ed25519").privateKey;
const pem = (key: KeyObject, type: "pkcs1" | "pkcs8" | "sec1" = "pkcs8") =>
  key.export({ format: "pem", type }) as string;
const field = (key: unknown, name: string) => BigInt(numberText(getKey(key as RegoObject, name) as RegoNumeric));
const unsigned = (text = "") => BigInt(`0x${Buffer.from(text, "base64url").toString("hex")}`);

describe("private keys", () => {
  it("become JSON Web Keys, from each form and also in base64", () => {
    for (const [key, text] of [
      [rsa, pem(rsa, "pkcs1")],
      [rsa, pem(rsa)],
      [rsa, Buffer.from(pem(rsa)).toString("base64")],
      [ec, pem(ec, "sec1")],
      [ed, pem(ed)],
    ] as const)
      expect(parseFirst(text)).toEqual(key.export({ format: "jwk" }));
  });

  it("become the numbers that Go keeps, one for each block", () => {
    const jwk = rsa.export({ format: "jwk" });
    const [first, second, third] = parseAll(`note\n${pem(rsa, "pkcs1")}${pem(ec)}${pem(ed)}`) as readonly unknown[];
    expect(field(first, "N")).toBe(unsigned(jwk.n));
    expect(field(first, "D")).toBe(unsigned(jwk.d));
    expect(field(getKey(first as RegoObject, "Precomputed"), "Qinv")).toBe(unsigned(jwk.qi));
    expect(field(second, "X")).toBe(unsigned(ec.export({ format: "jwk" }).x));
    expect(Buffer.from(third as string, "base64")).toHaveLength(64);
  });

  it("that are not there are nothing, and what is none is an error", () => {
    expect(parseAll("")).toBeNull();
    expect(parseAll("nope")).toEqual([]);
    expect(parseFirst("nope")).toBeNull();
    expect(() => parseFirst("")).toThrow(BuiltinError);
    expect(() => parseFirst("not base64!")).toThrow(BuiltinError);
    expect(() => parseAll("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")).toThrow(BuiltinError);
  });
});
