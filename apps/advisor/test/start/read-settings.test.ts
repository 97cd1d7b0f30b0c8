import path from "node:path";
import { describe, expect, test } from "vitest";
import { readSettings } from "../../src/start/read-settings.ts";

const issuer = {
  FLYBALL_ISSUER: "https://id.example",
  FLYBALL_AUDIENCE: "advisor",
  FLYBALL_KEYS_URL: "https://id.example/keys",
};

describe("settings", () => {
  test("without any are development on loopback", () => {
    expect(readSettings({})).toEqual({
      ok: true,
      settings: {
        host: "127.0.0.1",
        port: 8080,
        stateFolder: path.resolve(".flyball"),
        policyFile: path.resolve(".flyball/policy.wasm"),
        databaseUrl: undefined,
        issuer: undefined,
      },
    });
  });

  test("that are empty count as absent, as a shell writes them", () => {
    expect(readSettings({ PORT: "", HOST: "", FLYBALL_ISSUER: "" })).toEqual(readSettings({}));
  });

  test("of an issuer have names for the claims", () => {
    const read = readSettings({ ...issuer, HOST: "0.0.0.0", FLYBALL_ROLE_CLAIM: "https://x.example/role" });
    expect(read).toMatchObject({
      ok: true,
      settings: { host: "0.0.0.0", issuer: { roleClaim: "https://x.example/role", tenantClaim: "tenant" } },
    });
  });

  test("that are wrong are all told at once", () => {
    const read = readSettings({
      PORT: "99999",
      HOST: "example.com",
      FLYBALL_ISSUER: "x",
      FLYBALL_KEYS_URL: "not a url",
    });
    expect(read.ok ? [] : read.problems).toEqual([
      'HOST must be an IP address, such as 127.0.0.1 or 0.0.0.0, and is "example.com"',
      'PORT must be a number up to 65535 (0 takes any free port), and is "99999"',
      expect.stringContaining("FLYBALL_AUDIENCE is missing"),
    ]);
  });

  test("whose keys have no address are refused", () => {
    const read = readSettings({ ...issuer, FLYBALL_KEYS_URL: "keys" });
    expect(read.ok ? [] : read.problems).toEqual(['FLYBALL_KEYS_URL must be a URL, and is "keys"']);
  });
});
