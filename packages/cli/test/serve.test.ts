import { spawn, spawnSync } from "node:child_process";
import { createServer } from "node:net";
import { gzipSync } from "node:zlib";
import { describe, expect, onTestFinished, test } from "vitest";
import { listenAddress } from "../src/serve/listen-address.ts";
import { findOpa } from "./find-opa.ts";
import { type Files, flyball, folderWith } from "./run-flyball.ts";
import { startServing } from "./start-serving.ts";

const POLICY = `package finance

default decision := "DENY"

decision := "ALLOW" if input.amount < data.limits.max

limits := {"a": [1, 2, {"b": 3}], "<": 1e2}

reasons contains r if some r in input.reasons

owners[name] := x if some name, x in input.owners

level := 1 if input.one

level := 2 if input.two

ratio := 1 / input.zero

double(x) := 2 * x
`;

const FILES: Files = {
  "b/finance.rego": POLICY,
  "b/main.rego": 'package system\n\nmain := {"granted": input.user == "ann"}\n',
  "b/data.json": `{"limits": {"max": 10, "80": "eighty"}, "finance": {"base": {"list": [1, 2]}}, "two words": [true]}`,
};

interface Asked {
  readonly path: string;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Answered {
  readonly status: number;
  readonly body: unknown;
}

async function ask(url: string, { path, body, headers }: Asked): Promise<Answered> {
  const response = await fetch(
    `${url}${path}`,
    body === undefined ? {} : { method: "POST", body, ...(headers === undefined ? {} : { headers }) },
  );
  const text = await response.text();
  return { status: response.status, body: text === "" ? "" : JSON.parse(text) };
}

const input = (value: unknown): string => JSON.stringify({ input: value });

/** Requests whose answers must be OPA's to the letter. */
const SAME: readonly Asked[] = [
  { path: "/health" },
  { path: "/v1/data" },
  { path: "/v1/data/" },
  { path: "/v1/data/finance" },
  { path: "/v1/data/finance/decision" },
  { path: "/v1/data/finance/decision/" },
  { path: "/v1/data/finance/decision?pretty" },
  { path: `/v1/data/finance/decision?input=${encodeURIComponent('{"amount": 3}')}` },
  { path: "/v1/data/finance/limits/a/2/b" },
  { path: "/v1/data/finance/limits/%3C" },
  { path: "/v1/data/finance/base/list/1" },
  { path: "/v1/data/limits/max" },
  { path: "/v1/data/limits/80" },
  { path: "/v1/data/two%20words/0" },
  { path: "/v1/data/nothing/here" },
  { path: "/v1/data/finance/decision", body: input({ amount: 3 }) },
  { path: "/v1/data/finance/decision", body: "" },
  { path: "/v1/data/finance/decision", body: "{}" },
  { path: "/v1/data/finance/decision", body: input(null) },
  { path: "/v1/data/finance/decision", body: `{"input": {"amount": 3}, "input": {"amount": 30}}` },
  { path: "/v1/data/finance/decision", body: input({ amount: 3 }), headers: { "content-type": "text/plain" } },
  {
    path: "/v1/data/finance/decision",
    body: new Uint8Array(gzipSync(input({ amount: 3 }))),
    headers: { "content-encoding": "gzip" },
  },
  { path: "/v1/data/finance/reasons", body: input({ reasons: ["b", "a", "b"] }) },
  { path: "/v1/data/finance/reasons/b", body: input({ reasons: ["b", "a", "b"] }) },
  { path: "/v1/data/finance/owners/x/0", body: input({ owners: { x: [1.5, 12345678901234567890n.toString()] } }) },
  { path: "/v1/data/finance/ratio", body: input({ zero: 0 }) },
  { path: "/v1/data/finance/level", body: input({ one: true }) },
  { path: "/v1/data/finance", body: input({ amount: 1, reasons: ["a"], owners: { x: 1 }, one: true }) },
  { path: "/v0/data/finance/decision", body: `{"amount": 3}` },
  { path: "/v0/data/finance/decision", body: "" },
  { path: "/v0/data/finance/level", body: "{}" },
  { path: "/v0/data/nothing/here", body: "{}" },
  { path: "/v0/data/limits", body: "{}" },
  { path: "/", body: `{"user": "ann"}` },
  { path: "/", body: `{"user": "bob"}` },
];

/** Requests that both refuse, each in its own words. */
const REFUSED: readonly (Asked & { readonly status: number; readonly code: string })[] = [
  { path: "/v1/data/finance/level", body: input({ one: true, two: true }), status: 500, code: "internal_error" },
  {
    path: "/v1/data/finance/ratio?strict-builtin-errors",
    body: input({ zero: 0 }),
    status: 500,
    code: "internal_error",
  },
  { path: "/v1/data/finance/decision", body: "{", status: 400, code: "invalid_parameter" },
  { path: "/v1/data/finance/decision", body: "[1]", status: 400, code: "invalid_parameter" },
  { path: "/v1/data/finance/decision?input=%7B", status: 400, code: "invalid_parameter" },
  { path: "/v0/data/finance/decision", body: "nope", status: 400, code: "invalid_parameter" },
];

describe("flyball serve", () => {
  test("answers as OPA does", async ({ skip }) => {
    const opa = findOpa();
    if (opa === undefined) return skip("no opa");
    const folder = folderWith(FILES);
    const url = await startServing(folder, ["-b", "b"]);
    const theirs = await startOpa(opa, folder);
    for (const asked of SAME)
      expect([asked.path, await ask(url, asked)]).toEqual([asked.path, await ask(theirs, asked)]);
    for (const asked of REFUSED) {
      const both = [await ask(url, asked), await ask(theirs, asked)];
      for (const answer of both)
        expect([asked.path, answer]).toMatchObject([asked.path, { status: asked.status, body: { code: asked.code } }]);
    }
  });

  test("answers for a bundle's documents, whole packages and base documents", async () => {
    const url = await startServing(folderWith(FILES), ["-b", "b"]);
    const get = async (path: string) => (await ask(url, { path })).body;
    expect(await get("/v1/data/finance/base")).toEqual({ result: { list: [1, 2] } });
    expect(await get("/v1/data/finance")).toEqual({
      result: {
        base: { list: [1, 2] },
        decision: "DENY",
        limits: { a: [1, 2, { b: 3 }], "<": 100 },
        owners: {},
        reasons: [],
      },
    });
    expect(await ask(url, { path: "/", body: `{"user": "ann"}` })).toEqual({ status: 200, body: { granted: true } });
    for (const { status, code, ...asked } of REFUSED)
      expect(await ask(url, asked)).toMatchObject({ status, body: { code } });
  });

  test("never takes a rule that was not built in for undefined", async () => {
    const folder = folderWith(FILES);
    await flyball(folder, "build", "b/finance.rego", "-e", "finance/decision", "-o", "p.wasm");
    const url = await startServing(folder, ["-m", "p.wasm", "-d", "b/data.json"]);
    expect(await ask(url, { path: "/v1/data/finance/decision", body: input({ amount: 3 }) })).toMatchObject({
      body: { result: "ALLOW" },
    });
    for (const path of ["/v1/data/finance/limits/a", "/v1/data/finance/limits", "/v1/data/finance", "/v1/data"])
      expect(await ask(url, { path })).toMatchObject({ status: 500, body: { code: "entrypoint_not_built" } });
    expect(await ask(url, { path: "/v0/data/finance/limits", body: "{}" })).toMatchObject({ status: 500 });
    expect(await ask(url, { path: "/v1/data/limits/max" })).toMatchObject({ body: { result: 10 } });
    expect(await ask(url, { path: "/v1/data/nothing" })).toEqual({ status: 200, body: {} });
  });

  test("cannot tell about base documents that the module carries, and says so", async () => {
    const folder = folderWith(FILES);
    await flyball(folder, "build", "b/finance.rego", "-e", "finance/decision", "-d", "b/data.json", "-o", "p.wasm");
    const url = await startServing(folder, ["-m", "p.wasm"]);
    expect(await ask(url, { path: "/v1/data/limits/max" })).toMatchObject({
      status: 500,
      body: { code: "entrypoint_not_built" },
    });
  });

  test("serves a module that OPA made, and takes nothing for undefined that may be a rule", async ({ skip }) => {
    const opa = findOpa();
    if (opa === undefined) return skip("no opa");
    const folder = folderWith(FILES);
    const args = ["build", "-t", "wasm", "-e", "finance/decision", "-o", "o.tar.gz", "b/finance.rego"];
    expect(spawnSync(opa, args, { cwd: folder }).status).toBe(0);
    expect(spawnSync("tar", ["xzf", "o.tar.gz", "/policy.wasm"], { cwd: folder }).status).toBe(0);
    const url = await startServing(folder, ["-m", "policy.wasm", "-d", "b/data.json"]);
    const asked = { path: "/v1/data/finance/decision", body: input({ amount: 3 }) };
    expect(await ask(url, asked)).toMatchObject({ status: 200, body: { result: "ALLOW" } });
    expect(await ask(url, { path: "/v1/data/limits/max" })).toMatchObject({ body: { result: 10 } });
    for (const path of ["/v1/data/finance/limits", "/v1/data/finance", "/v1/data", "/v1/data/nothing"])
      expect(await ask(url, { path })).toMatchObject({ status: 500, body: { code: "entrypoint_not_built" } });
  });

  test("answers a batch, each input with what all share", async () => {
    const url = await startServing(folderWith(FILES), ["-b", "b"]);
    const path = "/v1/batch/data/finance/level";
    const body = (inputs: unknown, shared: unknown) => JSON.stringify({ inputs, common_input: shared });
    expect(await ask(url, { path, body: body({ a: {}, b: { one: false, two: true } }, { one: true }) })).toEqual({
      status: 200,
      body: { responses: { a: { result: 1 }, b: { result: 2 } } },
    });
    expect(await ask(url, { path, body: body({ a: { two: true }, b: 7, c: {} }, { one: true }) })).toMatchObject({
      status: 207,
      body: {
        responses: {
          a: { code: "internal_error", http_status_code: "500" },
          b: { http_status_code: "200" },
          c: { result: 1, http_status_code: "200" },
        },
      },
    });
    expect(await ask(url, { path, body: body({ a: { two: true } }, { one: true }) })).toMatchObject({ status: 500 });
    for (const wrong of ["", "{}", "[]", `{"inputs": [1]}`])
      expect(await ask(url, { path, body: wrong })).toMatchObject({ status: 400, body: { code: "invalid_parameter" } });
    const many = Object.fromEntries(Array.from({ length: 1001 }, (_, index) => [index, {}]));
    expect(await ask(url, { path, body: body(many, {}) })).toMatchObject({ status: 413 });
  });

  test("gives times and where the policy comes from when it is asked", async () => {
    const url = await startServing(folderWith(FILES), ["-b", "b"]);
    const { body } = await ask(url, { path: "/v1/data/finance/decision?metrics=true&provenance=true" });
    expect(body).toMatchObject({
      metrics: {
        timer_rego_input_parse_ns: expect.any(Number),
        timer_rego_query_eval_ns: expect.any(Number),
        timer_server_handler_ns: expect.any(Number),
      },
      provenance: { version: expect.any(String), bundles: { b: { revision: "" } } },
    });
  });

  test("refuses what it does not carry, and what is too large", async () => {
    const url = await startServing(folderWith(FILES), ["-b", "b", "--max-request-size", "1K"]);
    const put = await fetch(`${url}/v1/data/finance`, { method: "PUT", body: "1" });
    expect([put.status, await put.json()]).toMatchObject([405, { code: "method_not_allowed" }]);
    expect(await ask(url, { path: "/v1/policies" })).toMatchObject({ status: 404, body: { code: "not_found" } });
    const large = { path: "/v1/data/finance/decision", body: input("x".repeat(2000)) };
    expect(await ask(url, large)).toMatchObject({ status: 413 });
    const bomb = new Uint8Array(gzipSync(input("x".repeat(100_000))));
    const packed = { path: large.path, body: bomb, headers: { "content-encoding": "gzip" } };
    expect(await ask(url, packed)).toMatchObject({ status: 413 });
    expect(await ask(url, { path: "/v1/data/%ff" })).toMatchObject({ status: 400 });
    expect(await ask(url, { path: "/v1/data/__proto__/constructor" })).toEqual({ status: 200, body: {} });
    const deep = `{"input": ${"[".repeat(5_000)}${"]".repeat(5_000)}}`;
    const url2 = await startServing(folderWith(FILES), ["-b", "b"]);
    expect(await ask(url2, { path: large.path, body: deep })).toMatchObject({ status: 400 });
  });

  test("says what is wrong with its call", async () => {
    const folder = folderWith({
      ...FILES,
      "x/a.rego": "package a\n\np if x\n",
      "f/f.rego": "package f\n\nf(x) := x\n",
    });
    const failed = async (...args: readonly string[]) => {
      const { status, stderr } = await flyball(folder, "serve", ...args);
      return `${status} ${stderr}`;
    };
    expect(await failed()).toMatch(/^2 .*needs one policy/);
    expect(await failed("-m", "a", "-b", "b")).toMatch(/^2 .*needs one policy/);
    expect(await failed("-b", "b", "--addr", "nowhere")).toMatch(/^2 .*--addr nowhere/);
    expect(await failed("-b", "missing")).toMatch(/^2 .*missing/);
    expect(await failed("-b", "x")).toMatch(/^1 .*rego_unsafe_var_error/);
    expect(await failed("-b", "f")).toMatch(/^2 .*functions only/);
    expect(await failed("b")).toMatch(/^2 .*-m or -b/);
    expect(await failed("-b", "b", "--addr", "198.51.100.1:1")).toMatch(/^2 .*cannot be listened on/);
  });
});

test("an address is HOST:PORT as OPA writes it", () => {
  expect(listenAddress(":8181")).toEqual({ host: "::", port: 8181 });
  expect(listenAddress("[::1]:0")).toEqual({ host: "::1", port: 0 });
  expect(listenAddress("localhost:80")).toEqual({ host: "localhost", port: 80 });
  for (const wrong of ["8181", "a:b", "1.2.3.4:70000", "::1:80", "a/b:1"])
    expect(() => listenAddress(wrong)).toThrow("HOST:PORT");
});

/** A real OPA server with the same bundle; it ends with the test. */
async function startOpa(binary: string, folder: string): Promise<string> {
  const port = await freePort();
  const child = spawn(
    binary,
    ["run", "--server", "--addr", `127.0.0.1:${port}`, "--log-level", "error", "--disable-telemetry", "-b", "b"],
    { cwd: folder, stdio: "ignore" },
  );
  onTestFinished(() => {
    child.kill();
  });
  const url = `http://127.0.0.1:${port}`;
  for (let attempt = 0; attempt < 100; attempt++) {
    const up = await fetch(`${url}/health`).catch(() => undefined);
    if (up?.ok === true) return url;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("opa did not answer");
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
