import { createHmac, generateKeyPairSync, type KeyObject } from "node:crypto";
import { BuiltinError } from "@flyball/engine";
import { getKey, type RegoObject, type RegoRecord, type RegoValue } from "@flyball/engine/values";
import { describe, expect, it } from "vitest";
import { loadBuiltins } from "../src/index.ts";

const names = [
  "io.jwt.decode",
  "io.jwt.decode_verify",
  "io.jwt.encode_sign",
  ...["rs256", "ps384", "es256", "es512", "eddsa", "hs256"].map((name) => `io.jwt.verify_${name}`),
];
const builtins = await loadBuiltins(names);
const NOW = 1_700_000_000_000_000_000n;
const call = (name: string, ...args: readonly RegoValue[]): RegoValue | undefined =>
  builtins.get(name)?.(args, { now: NOW });
const verify = (token: string, constraints: RegoObject) =>
  call("io.jwt.decode_verify", token, constraints) as readonly RegoValue[];

interface Keys {
  readonly privateJwk: RegoObject;
  readonly publicJwk: string;
  readonly publicPem: string;
}

function keys({ privateKey, publicKey }: { readonly privateKey: KeyObject; readonly publicKey: KeyObject }): Keys {
  return {
    privateJwk: privateKey.export({ format: "jwk" }) as unknown as RegoObject,
    publicJwk: JSON.stringify(publicKey.export({ format: "jwk" })),
    publicPem: publicKey.export({ format: "pem", type: "spki" }).toString(),
  };
}

const rsa = keys(generateKeyPairSync("rsa", { modulusLength: 2048 }));
const ec256 = keys(generateKeyPairSync("ec", { namedCurve: "P-256" }));
const ec521 = keys(generateKeyPairSync("ec", { namedCurve: "P-521" }));
const ed = keys(generateKeyPairSync("ed25519"));
const algorithms: readonly (readonly [string, Keys])[] = [
  ["RS256", rsa],
  ["PS384", rsa],
  ["ES256", ec256],
  ["ES512", ec521],
  ["EdDSA", ed],
];

function sign(
  algorithm: string,
  key: RegoObject,
  payload: RegoObject = { sub: "alice" },
  header: RegoRecord = {},
): string {
  return call("io.jwt.encode_sign", { alg: algorithm, typ: "JWT", ...header }, payload, key) as string;
}

const base64url = (text: string) => Buffer.from(text).toString("base64url");

describe("signed tokens", () => {
  it.each(algorithms)("with %s verify under their own key, in each form, and no other", (algorithm, own) => {
    const token = sign(algorithm, own.privateJwk);
    const other = own === rsa ? ec256 : rsa;
    for (const key of [
      own.publicJwk,
      own.publicPem,
      JSON.stringify({ keys: [JSON.parse(other.publicJwk), JSON.parse(own.publicJwk)] }),
    ]) {
      expect(call(`io.jwt.verify_${algorithm.toLowerCase()}`, token, key)).toBe(true);
      expect(verify(token, { cert: key })[0]).toBe(true);
    }
    expect(call(`io.jwt.verify_${algorithm.toLowerCase()}`, token, other.publicPem)).toBe(false);
    expect(verify(token, { cert: other.publicPem })).toEqual([false, {}, {}]);
    const forged = token.replace(/\.[^.]+\./, `.${base64url('{"sub":"mallory"}')}.`);
    expect(call(`io.jwt.verify_${algorithm.toLowerCase()}`, forged, own.publicPem)).toBe(false);
    expect(verify(forged, { cert: own.publicPem })[0]).toBe(false);
  });

  it("decode to header, payload and signature, unverified", () => {
    const decoded = call("io.jwt.decode", sign("EdDSA", ed.privateJwk)) as readonly RegoValue[];
    expect(decoded[0]).toEqual({ alg: "EdDSA", typ: "JWT" });
    expect(getKey(decoded[1] as RegoObject, "sub")).toBe("alice");
    expect(decoded[2]).toMatch(/^[0-9a-f]{128}$/);
  });
});

describe("tricks", () => {
  it("a public key is no secret", () => {
    const head = `${base64url('{"alg":"HS256","typ":"JWT"}')}.${base64url('{"sub":"mallory"}')}`;
    const signature = createHmac("sha256", rsa.publicPem).update(head).digest("base64url");
    expect(verify(`${head}.${signature}`, { cert: rsa.publicPem })[0]).toBe(false);
    expect(call("io.jwt.verify_rs256", `${head}.${signature}`, rsa.publicPem)).toBe(false);
  });

  it("no algorithm is none at all", () => {
    for (const alg of ["none", "None", "", "HS512256", "__proto__"]) {
      const token = `${base64url(JSON.stringify({ alg }))}.${base64url("{}")}.`;
      expect(verify(token, { cert: rsa.publicPem })[0], alg).toBe(false);
    }
  });

  it("a critical header that nobody knows spoils the token", () => {
    expect(verify(sign("RS256", rsa.privateJwk, {}, { crit: ["exp2"], exp2: 1 }), { cert: rsa.publicPem })[0]).toBe(
      false,
    );
  });

  it("a key that the token names is the only one that is tried", () => {
    const set = JSON.stringify({
      keys: [
        { ...JSON.parse(rsa.publicJwk), kid: "a" },
        { ...JSON.parse(ec256.publicJwk), kid: "b" },
      ],
    });
    expect(verify(sign("RS256", rsa.privateJwk, {}, { kid: "a" }), { cert: set })[0]).toBe(true);
    expect(verify(sign("RS256", rsa.privateJwk, {}, { kid: "b" }), { cert: set })[0]).toBe(false);
    expect(verify(sign("RS256", rsa.privateJwk, {}, { kid: "c" }), { cert: set })[0]).toBe(true);
  });
});

describe("claims", () => {
  const secret = { kty: "oct", k: base64url("secret") };
  const token = (payload: RegoObject) => sign("HS256", secret, payload);

  it.each([
    ["expired", { exp: 1_700_000_000 }, {}, false],
    ["about to expire", { exp: 1_700_000_000.5 }, {}, true],
    ["not yet valid", { nbf: 1_700_000_000.5 }, {}, false],
    ["just valid", { nbf: 1_700_000_000 }, {}, true],
    ["expired at the time given", { exp: 10 }, { time: 10_000_000_000 }, false],
    ["valid at the time given", { exp: 10 }, { time: 9_000_000_000 }, true],
    ["for somebody", { aud: "bob" }, {}, false],
    ["for him", { aud: ["amy", "bob"] }, { aud: "bob" }, true],
    ["for nobody", {}, { aud: "bob" }, false],
    ["from somebody else", { iss: "x" }, { iss: "y" }, false],
    ["from nobody", {}, { iss: "y" }, false],
  ] as const)("%s", (_, payload, constraints, want) => {
    expect(verify(token(payload as RegoObject), { secret: "secret", ...constraints })[0]).toBe(want);
  });

  it("ask for a clock only where time matters", () => {
    const decode = builtins.get("io.jwt.decode_verify");
    expect(decode?.([token({ a: 1 }), { secret: "secret" }], { now: undefined })).toEqual([
      true,
      { alg: "HS256", typ: "JWT" },
      { a: 1 },
    ]);
    expect(() => decode?.([token({ exp: 1 }), { secret: "secret" }], { now: undefined })).toThrow(
      expect.objectContaining({ fatal: true }),
    );
  });

  it("and constraints of wrong kinds are errors", () => {
    for (const payload of [{ exp: "soon" }, { nbf: null }])
      expect(() => verify(token(payload), { secret: "secret" })).toThrow(BuiltinError);
    for (const constraints of [
      {},
      { secret: "s", cert: rsa.publicPem },
      { secret: "s", other: 1 },
      { secret: 1 },
      { secret: "s", time: -1 },
      { cert: "nonsense" },
    ])
      expect(() => verify(token({}), constraints as RegoObject), JSON.stringify(constraints)).toThrow(BuiltinError);
  });
});
