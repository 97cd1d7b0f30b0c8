import { readFileSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { BuiltinError } from "@flyball/engine";
import { getKey, isObject, makeObject, type RegoObject, type RegoValue, toJson } from "@flyball/engine/values";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadBuiltins } from "../../src/index.ts";
import { createNetwork, type Network, type NetworkOptions } from "../../src/network/index.ts";

const CERTIFICATE = readFileSync(new URL("certificate.pem", import.meta.url), "utf8");

let server: Worker;
let http = "";
let https = "";

beforeAll(async () => {
  server = new Worker(new URL("serve.ts", import.meta.url));
  const ports = await new Promise<{ readonly http: number; readonly https: number }>((resolve, reject) => {
    server.once("message", resolve);
    server.once("error", reject);
  });
  http = `http://127.0.0.1:${ports.http}`;
  https = `https://localhost:${ports.https}`;
});

afterAll(() => server.terminate());

async function withNetwork<T>(options: Partial<NetworkOptions>, use: (network: Network) => T | Promise<T>): Promise<T> {
  const network = createNetwork({ allow: [http, https], ...options });
  try {
    return await use(network);
  } finally {
    await network.close();
  }
}

/** What `http.send` answers, errors as values. */
async function send(
  request: Readonly<Record<string, RegoValue>>,
  options: Partial<NetworkOptions> = {},
): Promise<RegoObject> {
  return await withNetwork(options, async (network) => {
    const builtins = await loadBuiltins(["http.send"], { grants: { http: network.http } });
    const full = makeObject([["method", "get"], ["raise_error", false], ...Object.entries(request)]);
    const answer = builtins.get("http.send")?.([full], { now: undefined });
    if (answer === undefined || !isObject(answer)) throw new Error("no answer");
    return answer;
  });
}

async function failureOf(
  request: Readonly<Record<string, RegoValue>>,
  options: Partial<NetworkOptions> = {},
): Promise<string> {
  const answer = await send(request, options);
  expect(getKey(answer, "status_code")).toBe(0);
  const error = getKey(answer, "error");
  return toJson(error === undefined || !isObject(error) ? null : (getKey(error, "message") ?? null));
}

function bodyOf(answer: RegoObject): RegoObject {
  const body = getKey(answer, "body");
  if (body === undefined || !isObject(body)) throw new Error(toJson(answer));
  return body;
}

describe("http.send over a network that the application grants", () => {
  it("sends method, headers and body, and answers in the same turn", async () => {
    const answer = await send({ url: `${http}/echo`, method: "POST", headers: { "X-Name": "v" }, body: { a: [1] } });
    expect(getKey(answer, "status")).toBe("200 OK");
    expect(getKey(bodyOf(answer), "method")).toBe("POST");
    expect(getKey(bodyOf(answer), "body")).toBe('{"a":[1]}');
    expect(getKey(bodyOf(answer), "headers")).toMatchObject({ "x-name": "v", "user-agent": "flyball" });
    expect(getKey(answer, "headers")).toMatchObject({ "x-two": ["a", "b"] });
  });

  it("goes nowhere else: neither to other ports and paths, nor by way of dots, users and redirects", async () => {
    const allow = [`${http}/echo`];
    const places = [`${http}/big?bytes=1`, `${https}/echo`, `${http}/echoes`, `${http}/echo/../big?bytes=1`];
    for (const url of [...places, http.replace("//", "//u:p@")])
      expect(await failureOf({ url }, { allow })).toContain("does not let policies send there");
    expect(getKey(await send({ url: `${http}/echo` }, { allow }), "status_code")).toBe(200);
    const elsewhere = encodeURIComponent(`${https}/echo`);
    const request = { url: `${http}/redirect?to=${elsewhere}`, enable_redirect: true };
    expect(await failureOf(request, { allow: [http] })).toContain("redirected to https://localhost");
  });

  it("follows redirects only where the request says so, and only so many", async () => {
    const url = `${http}/redirect?status=303&to=/echo`;
    expect(getKey(await send({ url }), "status_code")).toBe(303);
    const followed = await send({ url, method: "POST", body: 1, enable_redirect: true });
    expect(getKey(bodyOf(followed), "method")).toBe("GET");
    expect(getKey(bodyOf(followed), "body")).toBe("");
    const kept = await send({ url: `${http}/redirect?status=307`, method: "POST", body: 1, enable_redirect: true });
    expect(getKey(bodyOf(kept), "body")).toBe("1");
    const circle = { url: `${http}/redirect?to=/redirect`, enable_redirect: true };
    expect(
      await failureOf(
        { ...circle, url: `${http}/redirect?to=${encodeURIComponent("/redirect?to=/redirect")}` },
        { maxRedirects: 1 },
      ),
    ).toContain("stopped after 1 redirects");
  });

  it("does not tell another host who is asking", async () => {
    const url = `${http}/redirect?to=${encodeURIComponent(`${https}/echo`)}`;
    const headers = { authorization: "secret", cookie: "secret", "x-other": "kept" };
    const answer = await send({ url, headers, enable_redirect: true, tls_ca_cert: CERTIFICATE });
    expect(toJson(bodyOf(answer))).not.toContain("secret");
    expect(getKey(bodyOf(answer), "headers")).toMatchObject({ "x-other": "kept" });
  });

  it("ends at the request's timeout, and at the application's where that is shorter", async () => {
    expect(await failureOf({ url: `${http}/slow`, timeout: "50ms" })).toContain("no answer within 50 ms");
    expect(await failureOf({ url: `${http}/slow`, timeout: "1h" }, { maxMilliseconds: 60 })).toContain(
      "no answer within 60 ms",
    );
    await withNetwork({ maxMilliseconds: 60 }, ({ http: ask }) => {
      const request = {
        method: "GET",
        headers: [],
        body: "",
        timeoutMilliseconds: 0,
        followsRedirects: false,
        retries: 0,
        tls: {},
      };
      expect(() => ask({ ...request, url: `${http}/slow` })).toThrow("no answer within 60 ms");
      // The network is good for the next request.
      expect(ask({ ...request, url: `${http}/echo` }).statusCode).toBe(200);
    });
  });

  it("reads no more than the application allows", async () => {
    expect(getKey(await send({ url: `${http}/big?bytes=1000` }, { maxResponseBytes: 1000 }), "status_code")).toBe(200);
    expect(await failureOf({ url: `${http}/big?bytes=1001` }, { maxResponseBytes: 1000 })).toContain(
      "more than 1000 bytes",
    );
  });

  it("tries again as often as the request says", async () => {
    expect(getKey(await send({ url: `${http}/flaky`, max_retry_attempts: 3 }), "raw_body")).toBe("at last");
  });

  it("says why there is no connection", async () => {
    expect(await failureOf({ url: "http://127.0.0.1:1/" }, { allow: ["http://127.0.0.1:1"] })).toContain(
      "ECONNREFUSED",
    );
  });

  it("checks certificates, unless policies may switch that off", async () => {
    const url = `${https}/echo`;
    expect(await failureOf({ url })).toMatch(/self-signed|unable to verify/);
    expect(getKey(await send({ url, tls_ca_cert: CERTIFICATE }), "status_code")).toBe(200);
    expect(await failureOf({ url, tls_ca_cert: CERTIFICATE, tls_server_name: "other.example" })).toContain(
      "other.example",
    );
    expect(await failureOf({ url, tls_insecure_skip_verify: true })).toContain("does not let policies skip");
    expect(getKey(await send({ url, tls_insecure_skip_verify: true }, { insecureTls: true }), "status_code")).toBe(200);
  });

  it("reads files and variables for TLS only where policies may name them", async () => {
    const url = `${https}/echo`;
    const file = new URL("certificate.pem", import.meta.url).pathname;
    expect(await failureOf({ url, tls_ca_cert_file: file })).toContain("does not let policies name files");
    expect(await failureOf({ url, tls_ca_cert_env_variable: "HOME" })).toContain("does not let policies name files");
    expect(getKey(await send({ url, tls_ca_cert_file: file }, { tlsFiles: true }), "status_code")).toBe(200);
  });

  it("asks once for the same request in one evaluation", async () => {
    const seen: string[] = [];
    const note = ({ seen: path }: { readonly seen: string }) => seen.push(path);
    server.on("message", note);
    await withNetwork({}, async (network) => {
      const builtins = await loadBuiltins(["http.send"], { grants: { http: network.http } });
      const environment = { now: undefined, memo: new Map() };
      const request = makeObject([
        ["method", "get"],
        ["url", `${http}/once`],
      ]);
      for (let time = 0; time < 3; time++) builtins.get("http.send")?.([request], environment);
    });
    await expect.poll(() => seen.filter((path) => path === "/once")).toEqual(["/once"]);
    server.off("message", note);
  });
});

describe("net.lookup_ip_addr over a network that the application grants", () => {
  const look = (names: readonly string[], name: string) =>
    withNetwork({ names }, async (network) => {
      const builtins = await loadBuiltins(["net.lookup_ip_addr"], {
        grants: { lookUpAddresses: network.lookUpAddresses },
      });
      return builtins.get("net.lookup_ip_addr")?.([name], { now: undefined });
    });

  it("finds the addresses of names that are allowed", async () => {
    expect([...((await look(["localhost"], "localhost")) as ReadonlySet<string>)]).toEqual(
      expect.arrayContaining(["127.0.0.1"]),
    );
  });

  it.each(["example.com", "localhost.evil.example", "xlocalhost", "__proto__"])(
    "does not ask about %s",
    async (name) => {
      await expect(look(["localhost", ".local.example"], name)).rejects.toThrow(BuiltinError);
    },
  );
});

describe("a network", () => {
  it.each([
    "ftp://example.com",
    "https://example.com/?q=1",
    "https://u@example.com",
    "https://example.com/#x",
    "example.com",
    "",
  ])("is not made for %s", (place) => {
    expect(() => createNetwork({ allow: [place] })).toThrow(TypeError);
  });
});
