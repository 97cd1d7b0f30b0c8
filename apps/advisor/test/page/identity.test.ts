// The page where people are real: with a token of their issuer, and behind a proxy that vouches for them.

import { generateKeyPairSync, sign as signBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import path from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { readSettings } from "../../src/start/read-settings.ts";
import { runAdvisor } from "../../src/start/run-advisor.ts";
import { chromiumPath } from "../support/chromium.ts";
import { compiledPolicies, temporaryFolder } from "../support/running-advisor.ts";
import { launchChromium, openPage } from "../support/running-page.ts";

vi.setConfig({ testTimeout: 120_000 });

const executable = chromiumPath();
const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const issuer = "https://login.example";
const proxy = "https://cloud.google.com/iap";
const proxyAudience = "/projects/1/global/backendServices/2";
let browser: Browser;
let policy = "";

beforeAll(async () => {
  if (executable === undefined) return;
  browser = await launchChromium(executable);
  policy = await compiledPolicies();
});
afterAll(() => browser?.close());

/** The address of an advisor that trusts our key, with these settings of identity. */
async function advisorWith(settings: (folder: string) => Readonly<Record<string, string>>): Promise<string> {
  const folder = temporaryFolder();
  const keysFile = path.join(folder, "keys.json");
  writeFileSync(
    keysFile,
    JSON.stringify({ keys: [{ ...publicKey.export({ format: "jwk" }), alg: "ES256", kid: "one" }] }),
  );
  const environment = { PORT: "0", FLYBALL_STATE: folder, FLYBALL_POLICY: policy, FLYBALL_KEYS_FILE: keysFile };
  const read = readSettings({ ...environment, ...settings(folder) });
  if (!read.ok) throw new Error(read.problems.join("; "));
  const result = await runAdvisor(read.settings);
  if (!result.ok) throw new Error(result.message);
  onTestFinished(() => result.advisor.stop(2_000));
  expect(result.advisor.pageLink).toBe(undefined);
  return result.advisor.service.url;
}

/** A signed token (RFC 7515) that is good for ten minutes, or was until a minute ago. */
function sign(payload: object, { isOver = false } = {}): string {
  const now = Math.floor(Date.now() / 1_000);
  const times = { iat: now - 700, exp: now + (isOver ? -60 : 600) };
  const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString("base64url");
  const text = `${encode({ alg: "ES256", kid: "one" })}.${encode({ ...payload, ...times })}`;
  const signature = signBytes("sha256", Buffer.from(text), { key: privateKey, dsaEncoding: "ieee-p1363" });
  return `${text}.${signature.toString("base64url")}`;
}

const oidc = () => ({ FLYBALL_ISSUER: issuer, FLYBALL_AUDIENCE: "flyball" });
const claims = { iss: issuer, aud: "flyball", sub: "maria", role: "reviewer", tenant: "demo" };

describe.skipIf(executable === undefined)("with an issuer's token", () => {
  test("a person pastes it, is who it says, and leaves again", async () => {
    const url = await advisorWith(oidc);
    const { page, complaints } = await openPage(browser, url);
    await page.getByLabel("Access token").fill(sign(claims));
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByText("maria · reviewer").waitFor();
    await page.getByRole("link", { name: "Halts" }).waitFor();
    expect(await page.getByLabel("Acting as").count()).toBe(0);
    await page.reload();
    await page.getByText("maria · reviewer").waitFor();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByLabel("Access token").waitFor();
    expect(await page.evaluate(() => [sessionStorage.length, localStorage.length])).toEqual([0, 0]);
    expect(complaints).toEqual([]);
  });

  test("a token that is not accepted, or no longer, leads back to the question", async () => {
    const url = await advisorWith(oidc);
    const { page } = await openPage(browser, url);
    for (const token of ["nonsense", sign(claims, { isOver: true }), sign({ ...claims, aud: "another" })]) {
      await page.getByLabel("Access token").fill(token);
      await page.getByRole("button", { name: "Continue" }).click();
      await page.getByText(/The bearer token (is not accepted|has expired)/).waitFor();
    }
  });
});

describe.skipIf(executable === undefined)("behind an identity-aware proxy", () => {
  test("the person is asked for nothing, and the page holds nothing", async () => {
    const url = await advisorWith((folder) => {
      const file = path.join(folder, "people.json");
      const person = { role: "reviewer", tenant: "demo" };
      writeFileSync(file, JSON.stringify({ people: { "maria@bank.example": person } }));
      return { FLYBALL_PROXY_AUDIENCE: proxyAudience, FLYBALL_PEOPLE_FILE: file };
    });
    const assertion = sign({
      iss: proxy,
      aud: proxyAudience,
      sub: "accounts.google.com:17",
      email: "maria@bank.example",
    });
    const { page } = await openPage(browser, url, { extraHTTPHeaders: { "x-goog-iap-jwt-assertion": assertion } });
    await page.getByText(/ · reviewer$/).waitFor();
    await page.getByRole("link", { name: "Halts" }).waitFor();
    expect(await page.getByLabel("Access token").count()).toBe(0);
    expect(await page.evaluate(() => Object.keys(sessionStorage))).toEqual([]);
  });
});
