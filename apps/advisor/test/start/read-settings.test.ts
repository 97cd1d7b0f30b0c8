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
        identity: { kind: "development" },
        model: { kind: "offline", isChosen: false },
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
      settings: {
        host: "0.0.0.0",
        identity: {
          kind: "issuer",
          options: { standing: { roleClaim: "https://x.example/role", tenantClaim: "tenant" } },
        },
      },
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
      'FLYBALL_KEYS_URL must be a URL, and is "not a url"',
      expect.stringContaining("missing: FLYBALL_AUDIENCE"),
    ]);
  });

  test("whose keys have no address are refused", () => {
    const read = readSettings({ ...issuer, FLYBALL_KEYS_URL: "keys" });
    expect(read.ok ? [] : read.problems).toEqual(['FLYBALL_KEYS_URL must be a URL, and is "keys"']);
  });

  test.each<[string, Record<string, string>, string]>([
    ["keys in two places", { ...issuer, FLYBALL_KEYS_FILE: "keys.json" }, "exclude each other"],
    [
      "an issuer without keys",
      { FLYBALL_ISSUER: "x", FLYBALL_AUDIENCE: "y" },
      "FLYBALL_KEYS_URL (or FLYBALL_KEYS_FILE)",
    ],
    ["keys without an issuer", { FLYBALL_KEYS_FILE: "keys.json" }, "missing: FLYBALL_ISSUER, FLYBALL_AUDIENCE"],
    [
      "a proxy and an issuer",
      { ...issuer, FLYBALL_PROXY_AUDIENCE: "/p", FLYBALL_PEOPLE_FILE: "p" },
      "exclude each other",
    ],
    ["a proxy without people", { FLYBALL_PROXY_AUDIENCE: "/projects/1/x" }, "FLYBALL_PEOPLE_FILE"],
    ["a model of another house", { FLYBALL_MODEL: "gpt" }, "FLYBALL_MODEL must be offline or"],
    ["a model that nothing leads to", { FLYBALL_MODEL: "gemini-2.5-pro" }, "needs Vertex"],
    ["Vertex without a project", { GOOGLE_GENAI_USE_VERTEXAI: "true" }, "GOOGLE_CLOUD_PROJECT"],
  ])("%s: a problem that says which", (_name, environment, message) => {
    const read = readSettings(environment);
    expect(read.ok ? [] : read.problems).toEqual([expect.stringContaining(message)]);
  });

  test("of the proxy name people by their address; of an issuer by their subject", () => {
    const people = { FLYBALL_PEOPLE_FILE: "people.json" };
    const peopleFile = path.resolve("people.json");
    expect(readSettings({ ...people, FLYBALL_PROXY_AUDIENCE: "/projects/1/global/backendServices/2" })).toMatchObject({
      settings: { identity: { kind: "proxy", options: { standing: { peopleFile, personClaim: "email" } } } },
    });
    expect(readSettings({ ...people, ...issuer })).toMatchObject({
      settings: { identity: { kind: "issuer", options: { standing: { peopleFile, personClaim: "sub" } } } },
    });
  });

  test("choose the model: by name, through Vertex, by a key, or the one in process", () => {
    const vertex = { GOOGLE_GENAI_USE_VERTEXAI: "true", GOOGLE_CLOUD_PROJECT: "p", GOOGLE_CLOUD_LOCATION: "l" };
    const modelOf = (environment: Record<string, string>) => {
      const read = readSettings(environment);
      return read.ok ? read.settings.model : read.problems;
    };
    expect(modelOf({ FLYBALL_MODEL: "offline", GEMINI_API_KEY: "k" })).toEqual({ kind: "offline", isChosen: true });
    expect(modelOf(vertex)).toEqual({ kind: "vertex", name: "gemini-2.5-flash", project: "p", location: "l" });
    expect(modelOf({ GEMINI_API_KEY: "k", FLYBALL_MODEL: "gemini-2.5-pro" })).toEqual({
      kind: "api-key",
      name: "gemini-2.5-pro",
    });
  });
});

describe("on Cloud Run", () => {
  const cloud = { K_SERVICE: "advisor" };
  const complete = {
    ...cloud,
    ...issuer,
    HOST: "0.0.0.0",
    DATABASE_URL: "postgres://u:p@10.0.0.3/governor",
    FLYBALL_MODEL: "offline",
  };
  const problemsOf = (environment: Record<string, string>) => {
    const read = readSettings(environment);
    return read.ok ? [] : read.problems;
  };

  test("nothing starts without a database, real identity, and a model that was chosen; each says what to set", () => {
    expect(problemsOf(cloud)).toEqual([
      expect.stringContaining("set DATABASE_URL"),
      expect.stringContaining("set FLYBALL_ISSUER"),
      expect.stringContaining("set GOOGLE_GENAI_USE_VERTEXAI"),
    ]);
    expect(problemsOf(complete)).toEqual([]);
  });

  test.each([
    ["DATABASE_URL", "DATABASE_URL"],
    ["FLYBALL_MODEL", "FLYBALL_MODEL=offline"],
  ])("without %s alone it does not start either", (name, message) => {
    const { [name]: _left, ...others } = complete as Record<string, string>;
    expect(problemsOf(others)).toEqual([expect.stringContaining(message)]);
  });

  test("a key for a model outside is not enough: its network has no way there", () => {
    const { FLYBALL_MODEL: _model, ...others } = complete;
    expect(problemsOf({ ...others, GEMINI_API_KEY: "k" })).toEqual([expect.stringContaining("Vertex")]);
  });
});
