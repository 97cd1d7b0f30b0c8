// Who is asking, over a real socket: what is accepted, and everything that is not.

import { createHmac, randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import {
  developmentAudience,
  developmentIdentity,
  developmentIssuer,
  type Identity,
  issuerIdentity,
} from "@flyball/service";
import { exportJWK, exportSPKI, generateKeyPair, SignJWT } from "jose";
import { describe, expect, onTestFinished, test } from "vitest";
import { payFive, postAction, runningService, type TestService } from "../support/running-service.ts";

const es256 = await generateKeyPair("ES256", { extractable: true });
const stranger = await generateKeyPair("ES256");

/** A service that trusts a key of which we hold the private half. */
async function serviceWithOurKey(): Promise<TestService> {
  const development = await developmentIdentity();
  const identity: Identity = { ...development, settings: { ...development.settings, keys: () => es256.publicKey } };
  return runningService({ identity });
}

const now = Math.floor(Date.now() / 1000);
const claims = {
  iss: developmentIssuer,
  aud: developmentAudience,
  sub: "jun",
  role: "junior",
  tenant: "demo",
  iat: now,
  exp: now + 600,
};

function sign(payload: object, key: CryptoKey = es256.privateKey): Promise<string> {
  return new SignJWT({ ...payload }).setProtectedHeader({ alg: "ES256" }).sign(key);
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

/** A token with the public key as the secret of an HMAC: accepted by verifiers that let the token choose. */
async function confused(): Promise<string> {
  const body = `${encode({ alg: "HS256", typ: "JWT" })}.${encode(claims)}`;
  const mac = createHmac("sha256", await exportSPKI(es256.publicKey))
    .update(body)
    .digest("base64url");
  return `${body}.${mac}`;
}

async function exchanged(): Promise<string> {
  const [head, , signature] = (await sign(claims)).split(".");
  return `${head}.${encode({ ...claims, role: "senior" })}.${signature}`;
}

/** A good token whose header names another algorithm. */
async function relabelled(alg: string): Promise<string> {
  const [, payload, signature] = (await sign(claims)).split(".");
  return `${encode({ alg })}.${payload}.${signature}`;
}

describe("a token that is accepted", () => {
  test("is signed by the issuer, for us, not expired, and names subject, role and tenant", async () => {
    const service = await serviceWithOurKey();
    const token = await sign(claims);
    const { status, body } = await postAction(service, payFive, { authorization: `Bearer ${token}` });
    expect(status).toBe(200);
    const record = await service.store.readDecision({ tenant: "demo", id: body.decision.id });
    expect(record?.principal).toEqual({ tenant: "demo", issuer: developmentIssuer, subject: "jun", role: "junior" });
  });
});

describe("a token that is not", () => {
  const rows: [string, () => Promise<string> | string, string][] = [
    ["no header at all", () => "", "token_missing"],
    ["another scheme", () => "Basic anVuOmp1bg==", "token_invalid"],
    ["an empty token", () => "Bearer ", "token_invalid"],
    ["a word", () => "Bearer junior", "token_invalid"],
    ["two tokens", async () => `Bearer ${await sign(claims)} ${await sign(claims)}`, "token_invalid"],
    ["9,000 characters", () => `Bearer ${"a".repeat(9_000)}`, "token_invalid"],
    ["alg none", () => `Bearer ${encode({ alg: "none" })}.${encode(claims)}.`, "token_invalid"],
    [
      "alg none with a signature",
      async () => `Bearer ${encode({ alg: "none" })}.${encode(claims)}.${(await sign(claims)).split(".")[2]}`,
      "token_invalid",
    ],
    ["the public key as an HMAC secret", async () => `Bearer ${await confused()}`, "token_invalid"],
    ["another issuer's key", async () => `Bearer ${await sign(claims, stranger.privateKey)}`, "token_invalid"],
    ["claims exchanged under the signature", async () => `Bearer ${await exchanged()}`, "token_invalid"],
    ["a signature cut off", async () => `Bearer ${(await sign(claims)).slice(0, -4)}`, "token_invalid"],
    ["no signature", async () => `Bearer ${(await sign(claims)).split(".").slice(0, 2).join(".")}.`, "token_invalid"],
    ["random bytes", () => `Bearer ${randomBytes(60).toString("base64url")}.e30.e30`, "token_invalid"],
    ["another algorithm than the key's", async () => `Bearer ${await relabelled("RS256")}`, "token_invalid"],
    ["EdDSA on a key that is none", async () => `Bearer ${await relabelled("EdDSA")}`, "token_invalid"],
    [
      "an unknown critical header",
      async () =>
        `Bearer ${await new SignJWT(claims).setProtectedHeader({ alg: "ES256", crit: ["b64"], b64: true }).sign(es256.privateKey)}x`,
      "token_invalid",
    ],
    ["expired an hour ago", async () => `Bearer ${await sign({ ...claims, exp: now - 3600 })}`, "token_expired"],
    ["not valid yet", async () => `Bearer ${await sign({ ...claims, nbf: now + 3600 })}`, "token_invalid"],
    ["no expiry", async () => `Bearer ${await sign({ ...claims, exp: undefined })}`, "token_invalid"],
    [
      "another issuer's name",
      async () => `Bearer ${await sign({ ...claims, iss: "https://evil.example" })}`,
      "token_invalid",
    ],
    ["for another audience", async () => `Bearer ${await sign({ ...claims, aud: "other" })}`, "token_invalid"],
    ["no subject", async () => `Bearer ${await sign({ ...claims, sub: undefined })}`, "token_invalid"],
    ["an empty subject", async () => `Bearer ${await sign({ ...claims, sub: "" })}`, "token_invalid"],
    ["a NUL in the subject", async () => `Bearer ${await sign({ ...claims, sub: "jun\u0000x" })}`, "token_invalid"],
    ["no role", async () => `Bearer ${await sign({ ...claims, role: undefined })}`, "token_invalid"],
    ["two roles", async () => `Bearer ${await sign({ ...claims, role: ["junior", "senior"] })}`, "token_invalid"],
    ["no tenant", async () => `Bearer ${await sign({ ...claims, tenant: undefined })}`, "token_invalid"],
  ];
  test.each(rows)("%s", async (_name, header, code) => {
    const service = await serviceWithOurKey();
    const authorization = await header();
    const headers = authorization === "" ? {} : { authorization };
    const { status, body, headers: answered } = await postAction(service, payFive, headers);
    expect([status, body.code]).toEqual([401, code]);
    expect(answered.get("www-authenticate")).toContain("Bearer");
    expect(service.paid).toEqual([]);
    expect((await service.store.listDecisions({ tenant: "demo", limit: 1 })).records).toEqual([]);
  });

  test("of a development service that was started earlier", async () => {
    const earlier = await runningService();
    const { status, body } = await postAction(await runningService(), payFive, earlier.bearer("junior"));
    expect([status, body.code]).toEqual([401, "token_invalid"]);
  });
});

describe("keys of a real issuer", () => {
  async function keyServer(answer: () => string | undefined): Promise<string> {
    const server = createServer((_request, response) => {
      const text = answer();
      response.writeHead(text === undefined ? 500 : 200, { "content-type": "application/json" }).end(text);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => {
      server.close();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`;
  }

  const standing = { roleClaim: "desk_role", tenantClaim: "firm" };
  const issuer = { issuer: "https://id.example", audience: "advisor", standing };
  const issued = {
    iss: issuer.issuer,
    aud: issuer.audience,
    sub: "u-1",
    desk_role: "senior",
    firm: "acme",
    iat: now,
    exp: now + 60,
  };

  test("are fetched, and the claims are read under the configured names", async () => {
    const key = { ...(await exportJWK(es256.publicKey)), alg: "ES256" };
    const keysUrl = await keyServer(() => JSON.stringify({ keys: [key] }));
    const service = await runningService({ identity: issuerIdentity({ ...issuer, keys: { url: keysUrl } }) });
    const { body } = await postAction(service, payFive, { authorization: `Bearer ${await sign(issued)}` });
    const record = await service.store.readDecision({ tenant: "acme", id: body.decision.id });
    expect(record?.principal).toEqual({ tenant: "acme", issuer: issuer.issuer, subject: "u-1", role: "senior" });
  });

  test("that cannot be fetched are 503, not 401: the token may be good", async () => {
    const keysUrl = await keyServer(() => undefined);
    const service = await runningService({ identity: issuerIdentity({ ...issuer, keys: { url: keysUrl } }) });
    const answer = await postAction(service, payFive, { authorization: `Bearer ${await sign(issued)}` });
    expect([answer.status, answer.body.code]).toEqual([503, "identity_unavailable"]);
    expect(answer.headers.get("retry-after")).toBe("5");
  });

  test("that came over plain http from elsewhere would be anybody's", () => {
    expect(() => issuerIdentity({ ...issuer, keys: { url: "http://id.example/keys" } })).toThrow("https");
    expect(() => issuerIdentity({ ...issuer, keys: { url: "file:///etc/keys" } })).toThrow("https");
  });
});
