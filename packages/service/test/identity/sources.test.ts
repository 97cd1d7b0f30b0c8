// Where keys and roles come from: keys that rotate behind an address and in a file, people in a file, the signed header of
// an identity-aware proxy, agents that act for somebody. Over a real socket, with real signatures.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { developmentIdentity, type Identity, issuerIdentity, type KeysAt, proxyIdentity } from "@flyball/service";
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  type Answer,
  payFive,
  postAction,
  request,
  runningService,
  type TestService,
} from "../support/running-service.ts";

interface SigningKey {
  readonly kid: string;
  readonly jwk: object;
  readonly sign: (claims: JWTPayload) => Promise<string>;
}

async function signingKey(kid: string): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), alg: "ES256", use: "sig", kid };
  const sign = (claims: JWTPayload) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: "ES256", kid })
      .setIssuedAt()
      .setExpirationTime("5m")
      .sign(privateKey);
  return { kid, jwk, sign };
}

const one = await signingKey("one");
const two = await signingKey("two");

function folder(): string {
  const made = mkdtempSync(path.join(tmpdir(), "flyball-identity-"));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** A key set that can be replaced while it is served, and how often it was asked for. */
async function keyServer(first: readonly SigningKey[]) {
  let keys = first;
  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ keys: keys.map(({ jwk }) => jwk) }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`;
  const replace = (next: readonly SigningKey[]) => {
    keys = next;
  };
  return { at: { url }, replace, asked: () => asked };
}

function keyFile(first: readonly SigningKey[]) {
  const file = path.join(folder(), "keys.json");
  const replace = (keys: readonly SigningKey[]) =>
    writeFileSync(file, JSON.stringify({ keys: keys.map(({ jwk }) => jwk) }));
  replace(first);
  return { at: { file }, file, replace };
}

const claims = { iss: "https://id.example", aud: "advisor", sub: "u-1", role: "junior", tenant: "acme" };
const fromClaims = { roleClaim: "role", tenantClaim: "tenant" };

function issuer(keys: KeysAt, more: Partial<Parameters<typeof issuerIdentity>[0]> = {}): Identity {
  return issuerIdentity({ issuer: claims.iss, audience: claims.aud, keys, standing: fromClaims, ...more });
}

function pay(service: TestService, token: string): Promise<Answer> {
  return postAction(service, payFive, { authorization: `Bearer ${token}` });
}

async function principalOf(service: TestService, answer: Answer, tenant = "acme") {
  return (await service.store.readDecision({ tenant, id: answer.body.decision.id }))?.principal;
}

describe.each([
  ["behind an address", async (keys: readonly SigningKey[]) => await keyServer(keys)],
  ["in a file", (keys: readonly SigningKey[]) => keyFile(keys)],
])("keys %s", (_where, make) => {
  test("rotate: a new key counts when a token names it, a withdrawn one ends with the age of the keys", async () => {
    const source = await make([one]);
    const identity = issuer(source.at, { times: { cooldownMs: 0, maxAgeMs: 50 } });
    const service = await runningService({ identity });
    expect((await pay(service, await one.sign(claims))).status).toBe(200);
    expect((await pay(service, await two.sign(claims))).body.code).toBe("token_invalid");
    source.replace([one, two]);
    expect((await pay(service, await two.sign(claims))).status).toBe(200);
    source.replace([two]);
    await expect.poll(async () => (await pay(service, await one.sign(claims))).body.code).toBe("token_invalid");
    expect((await pay(service, await two.sign(claims))).status).toBe(200);
  });
});

test("a flood of invented keys asks the issuer once within the cooldown", async () => {
  const source = await keyServer([one]);
  const service = await runningService({ identity: issuer(source.at, { times: { cooldownMs: 60_000 } }) });
  expect((await pay(service, await one.sign(claims))).status).toBe(200);
  const invented = await Promise.all(Array.from({ length: 20 }, (_, index) => signingKey(`invented-${index}`)));
  const answers = await Promise.all(invented.map(async (key) => pay(service, await key.sign(claims))));
  expect(new Set(answers.map(({ body }) => body.code))).toEqual(new Set(["token_invalid"]));
  expect(source.asked()).toBe(1);
});

test.each([
  ["is not there", undefined],
  ["is no JSON", "{"],
  ["is no key set", "[]"],
])("a file of keys that %s: 503, since the token may be good", async (_name, text) => {
  const file = path.join(folder(), "keys.json");
  if (text !== undefined) writeFileSync(file, text);
  const service = await runningService({ identity: issuer({ file }) });
  const answer = await pay(service, await one.sign(claims));
  expect([answer.status, answer.body.code]).toEqual([503, "identity_unavailable"]);
});

describe("the clock of the issuer", () => {
  /** Claims by how many seconds they are from now, taken when the token is signed: the test may have waited for its turn. */
  test.each<[string, JWTPayload, number]>([
    ["1 s behind ours: its token has just expired", { exp: -1 }, 200],
    ["10 s behind ours", { exp: -10 }, 401],
    ["3 s ahead of ours: its token is not valid yet", { nbf: 3 }, 200],
    ["a minute ahead of ours", { nbf: 60 }, 401],
  ])("%s", async (_name, times, status) => {
    const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
    const file = path.join(folder(), "keys.json");
    writeFileSync(file, JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), alg: "ES256" }] }));
    const service = await runningService({ identity: issuer({ file }) });
    const now = Math.floor(Date.now() / 1_000);
    const fromNow = Object.fromEntries(
      Object.entries({ iat: -60, exp: 60, ...times }).map(([k, s]) => [k, now + Number(s)]),
    );
    const token = await new SignJWT({ ...claims, ...fromNow }).setProtectedHeader({ alg: "ES256" }).sign(privateKey);
    expect((await pay(service, token)).status).toBe(status);
  });
});

test("a list of one role is that role; of two it says nothing", async () => {
  const service = await runningService({ identity: issuer(keyFile([one]).at) });
  const answer = await pay(service, await one.sign({ ...claims, role: ["senior"] }));
  expect(await principalOf(service, answer)).toMatchObject({ role: "senior" });
  expect((await pay(service, await one.sign({ ...claims, role: ["junior", "senior"] }))).body.code).toBe(
    "token_invalid",
  );
});

describe("people in a file", () => {
  function peopleFile(text: string): string {
    const file = path.join(folder(), "people.json");
    writeFileSync(file, text);
    return file;
  }
  const people = JSON.stringify({ people: { "jun@bank.example": { role: "junior", tenant: "desk-1" } } });
  const { role: _role, tenant: _tenant, ...bare } = claims;

  test("have the role and tenant that it says, whatever the token claims", async () => {
    const standing = { peopleFile: peopleFile(people), personClaim: "email" };
    const service = await runningService({ identity: issuer(keyFile([one]).at, { standing }) });
    const token = await one.sign({ ...claims, role: "operator", email: "jun@bank.example", email_verified: true });
    expect(await principalOf(service, await pay(service, token), "desk-1")).toEqual({
      tenant: "desk-1",
      issuer: claims.iss,
      subject: "u-1",
      role: "junior",
    });
  });

  test("and nobody else: 403 person_unknown; an address that nobody verified is nobody's", async () => {
    const standing = { peopleFile: peopleFile(people), personClaim: "email" };
    const service = await runningService({ identity: issuer(keyFile([one]).at, { standing }) });
    const codeOf = async (more: JWTPayload) => {
      const { status, body } = await pay(service, await one.sign({ ...bare, ...more }));
      return [status, body.code];
    };
    expect(await codeOf({ email: "eve@bank.example", email_verified: true })).toEqual([403, "person_unknown"]);
    expect(await codeOf({ email: "__proto__", email_verified: true })).toEqual([403, "person_unknown"]);
    expect(await codeOf({ email: "jun@bank.example" })).toEqual([401, "token_invalid"]);
    expect(await codeOf({ email: "jun@bank.example", email_verified: false })).toEqual([401, "token_invalid"]);
    expect(await codeOf({})).toEqual([401, "token_invalid"]);
    expect(service.paid).toEqual([]);
  });

  test.each([
    ["is not there", undefined],
    ["is no JSON", "{"],
    ["has no people", "{}"],
    ["has a person without a tenant", '{"people":{"a":{"role":"junior"}}}'],
    ["has a role that is no text", '{"people":{"a":{"role":7,"tenant":"t"}}}'],
  ])("that %s: 503 for everybody, since nobody can say who may what", async (_name, text) => {
    const file = text === undefined ? path.join(folder(), "absent.json") : peopleFile(text);
    const standing = { peopleFile: file, personClaim: "sub" };
    const service = await runningService({ identity: issuer(keyFile([one]).at, { standing }) });
    const answer = await pay(service, await one.sign(bare));
    expect([answer.status, answer.body.code]).toEqual([503, "identity_unavailable"]);
  });
});

describe("the identity-aware proxy", () => {
  const audience = "/projects/1/global/backendServices/2";
  const assertion = {
    iss: "https://cloud.google.com/iap",
    aud: audience,
    sub: "accounts.google.com:117",
    email: "jun@bank.example",
    hd: "bank.example",
  };

  function behindProxy(): Promise<TestService> {
    const file = path.join(folder(), "people.json");
    writeFileSync(file, JSON.stringify({ people: { "jun@bank.example": { role: "junior", tenant: "desk-1" } } }));
    const standing = { peopleFile: file, personClaim: "email" };
    return runningService({ identity: proxyIdentity({ audience, keys: keyFile([one]).at, standing }) });
  }

  test("vouches by its signed header", async () => {
    const service = await behindProxy();
    const answer = await postAction(service, payFive, { "x-goog-iap-jwt-assertion": await one.sign(assertion) });
    expect(answer.status).toBe(200);
    expect(await principalOf(service, answer, "desk-1")).toEqual({
      tenant: "desk-1",
      issuer: assertion.iss,
      subject: assertion.sub,
      role: "junior",
    });
  });

  test.each<[string, () => Promise<Record<string, string>>, string]>([
    ["no header", async () => ({}), "token_missing"],
    [
      "the header that is not signed",
      async () => ({ "x-goog-authenticated-user-email": "jun@bank.example" }),
      "token_missing",
    ],
    ["a bearer token", async () => ({ authorization: `Bearer ${await one.sign(assertion)}` }), "token_missing"],
    [
      "a key of somebody else",
      async () => ({ "x-goog-iap-jwt-assertion": await two.sign(assertion) }),
      "token_invalid",
    ],
    [
      "another service's assertion",
      async () => ({ "x-goog-iap-jwt-assertion": await one.sign({ ...assertion, aud: "/projects/1/apps/other" }) }),
      "token_invalid",
    ],
    [
      "another issuer's token",
      async () => ({ "x-goog-iap-jwt-assertion": await one.sign({ ...assertion, iss: claims.iss }) }),
      "token_invalid",
    ],
    [
      "two assertions",
      async () => ({ "x-goog-iap-jwt-assertion": `${await one.sign(assertion)}, ${await one.sign(assertion)}` }),
      "token_invalid",
    ],
    ["an empty one", async () => ({ "x-goog-iap-jwt-assertion": "" }), "token_invalid"],
  ])("%s says nothing: 401", async (_name, headers, code) => {
    const service = await behindProxy();
    const answer = await postAction(service, payFive, await headers());
    expect([answer.status, answer.body.code]).toEqual([401, code]);
    expect(service.paid).toEqual([]);
  });
});

describe("an agent that acts for a person (act, RFC 8693)", () => {
  test("is recorded beside the person, who the limits belong to", async () => {
    const service = await runningService({ identity: issuer(keyFile([one]).at) });
    const answer = await pay(
      service,
      await one.sign({ ...claims, act: { sub: "assistant", act: { sub: "earlier" } } }),
    );
    expect(await principalOf(service, answer)).toEqual({
      tenant: "acme",
      issuer: claims.iss,
      subject: "u-1",
      role: "junior",
      agent: "assistant",
    });
  });

  test.each([[{}], ["assistant"], [null], [{ sub: "" }], [{ sub: 7 }], [[]]])("%j names nobody: 401", async (act) => {
    const service = await runningService({ identity: issuer(keyFile([one]).at) });
    const answer = await pay(service, await one.sign({ ...claims, act }));
    expect([answer.status, answer.body.code]).toEqual([401, "token_invalid"]);
  });

  test("has no word on a review or a halt, even for a reviewer or an operator", async () => {
    const service = await runningService({ identity: issuer(keyFile([one]).at) });
    const reviewing = { ...claims, sub: "u-2", role: "reviewer", act: { sub: "assistant" } };
    const post = async (method: string, route: string, body: object, token: string) =>
      request(`${service.url}${route}`, {
        method,
        headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
        body: JSON.stringify(body),
      });
    const waiting = await postAction(
      service,
      { ...payFive, arguments: { amount: 500 } },
      { authorization: `Bearer ${await one.sign({ ...claims, role: "junior" })}` },
    );
    expect(waiting.status).toBe(202);
    const { url } = waiting.body.review;
    const approved = await post("POST", `${url}/approve`, { reason: "fine" }, await one.sign(reviewing));
    expect([approved.status, approved.body.code]).toEqual([403, "approver_is_agent"]);
    const halt = { scope: { kind: "tenant" }, reason: "stop" };
    const halted = await post("PUT", "/v1/halts", halt, await one.sign({ ...reviewing, role: "operator" }));
    expect([halted.status, halted.body.code]).toEqual([403, "role_not_permitted"]);
    const { act: _act, ...person } = reviewing;
    expect((await post("POST", `${url}/approve`, { reason: "fine" }, await one.sign(person))).status).toBe(200);
  });
});

test("development tokens are signed for people, not for agents", async () => {
  const identity = await developmentIdentity();
  if (identity.kind !== "development") return expect.fail(identity.kind);
  const payload = Object.values(identity.tokens).map((token) =>
    JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8")),
  );
  expect(payload.some((found: object) => "act" in found)).toBe(false);
});
