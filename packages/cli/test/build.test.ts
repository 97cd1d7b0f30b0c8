import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gunzipSync } from "node:zlib";
import { type EncoderModule, loadPolicy } from "@flyball/engine";
import { describe, expect, test } from "vitest";
import { readTar } from "../src/bundle/read-tar.ts";
import { POLICY } from "./policy-files.ts";
import { flyball, folderWith } from "./run-flyball.ts";

const read = (folder: string, file: string) => readFileSync(join(folder, file));

describe("flyball build", () => {
  test("writes a module that eval -m runs", async () => {
    const folder = folderWith({ ...POLICY, "in.json": `{"side": "BUY", "amount": 5000}` });
    const built = await flyball(folder, "build", "p", "-d", "p", "-e", "trade/decision", "-o", "out/policy.wasm");
    expect(built).toMatchObject({ status: 0, stderr: "" });
    expect(built.stdout).toMatch(/^out\/policy\.wasm: [\d.]+ \w+, trade\/decision\n$/);
    const run = await flyball(folder, "eval", "-m", "out/policy.wasm", "-i", "in.json");
    expect(JSON.parse(run.stdout)).toEqual({
      result: [{ expressions: [{ value: "ALLOW", text: "data.trade.decision", location: { row: 1, col: 1 } }] }],
    });
  });

  test("writes the same bytes whatever the order of the paths", async () => {
    const folder = folderWith({ "a.rego": "package a\n\np := data.b.q + 1\n", "b.rego": "package b\n\nq := 1\n" });
    await flyball(folder, "build", "a.rego", "b.rego", "-e", "a/p", "-o", "1.wasm");
    await flyball(folder, "build", "b.rego", "a.rego", "-e", "a/p", "-o", "2.wasm");
    expect(read(folder, "1.wasm")).toEqual(read(folder, "2.wasm"));
  });

  test("leaves test files out", async () => {
    const folder = folderWith({ ...POLICY, "p/broken_test.rego": "package p\n\n{" });
    expect(await flyball(folder, "build", "p", "-e", "trade/decision")).toMatchObject({ status: 0 });
  });

  test("answers 1 and writes nothing when the policy has a mistake", async () => {
    const folder = folderWith({ "a.rego": "package a\n\np if missing(1)\n" });
    const { status, stderr } = await flyball(folder, "build", "a.rego", "-e", "a/p");
    expect(status).toBe(1);
    expect(stderr).toContain("a.rego:3:6: rego_type_error");
    expect(existsSync(join(folder, "policy.wasm"))).toBe(false);
  });

  test("says which folder cannot be written to", async () => {
    const folder = folderWith({ ...POLICY, out: "a file" });
    expect(await flyball(folder, "build", "p", "-e", "trade/decision", "-o", "out/policy.wasm")).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^flyball build: out\/policy\.wasm: cannot be written: .+\n$/),
    });
  });

  test("prints what it wrote as JSON", async () => {
    const folder = folderWith(POLICY);
    const { stdout } = await flyball(folder, "build", "p", "-e", "trade/decision", "--types", "input.ts", "--json");
    expect(JSON.parse(stdout)).toMatchObject({
      output: "policy.wasm",
      written: ["policy.wasm", "input.ts"],
      bytes: read(folder, "policy.wasm").length,
      entrypoints: ["trade/decision"],
    });
    expect(read(folder, "input.ts").toString()).toContain("readonly side?: string | undefined;");
  });

  test("optimizes by binaryen to a module that answers the same", async () => {
    const folder = folderWith({ ...POLICY, "in.json": `{"side": "BUY", "amount": 5001}` });
    expect(await flyball(folder, "build", "p", "-d", "p", "-e", "trade/decision", "-O")).toMatchObject({ status: 0 });
    expect((await flyball(folder, "eval", "-m", "policy.wasm", "-i", "in.json", "-f", "raw")).stdout).toBe("DENY\n");
  });

  test("writes an encoder that TypeScript takes", async () => {
    const folder = folderWith(POLICY);
    await flyball(folder, "build", "p", "-d", "p", "-e", "trade/decision", "--encoder", "encoder.ts");
    expect(read(folder, "encoder.ts").toString()).toMatch(/^\/\/ @ts-nocheck\n/);
  });

  test.each([[[]], [["-O"]]])("writes an encoder for the very module that it writes, with %j", async (flags) => {
    const folder = folderWith(POLICY);
    const args = ["-d", "p", "-e", "trade/decision", "--encoder", "encoder.mjs", ...flags];
    expect(await flyball(folder, "build", "p", ...args)).toMatchObject({ status: 0 });
    const encoder = (await import(pathToFileURL(join(folder, "encoder.mjs")).href)) as EncoderModule;
    const policy = await loadPolicy(read(folder, "policy.wasm"), { encoder });
    expect(policy.evaluate({ side: "BUY", amount: 5001 })).toEqual({ kind: "value", value: "DENY" });
    expect(encoder.digests).toContain(policy.digest);
  });

  test("reads v0", async () => {
    const folder = folderWith({ "a.rego": "package a\n\np { input.x == 1 }\n" });
    expect(await flyball(folder, "build", "a.rego", "-e", "a/p")).toMatchObject({ status: 1 });
    expect(await flyball(folder, "build", "a.rego", "-e", "a/p", "--v0-compatible")).toMatchObject({ status: 0 });
  });
});

describe("flyball build --bundle", () => {
  const build = (folder: string, ...args: readonly string[]) =>
    flyball(folder, "build", "p", "-d", "p", "-e", "trade/decision", "--bundle", "b.tar.gz", ...args);

  test("packs manifest, module, base documents and sources, the same every time", async () => {
    const folder = folderWith(POLICY);
    expect(await build(folder, "--revision", "r7")).toMatchObject({ status: 0 });
    const first = read(folder, "b.tar.gz");
    const files = readTar(gunzipSync(first));
    expect(files.map(({ name }) => name)).toEqual(["/.manifest", "/data.json", "/p/trade.rego", "/policy.wasm"]);
    const [manifest, data] = files.map(({ bytes }) => new TextDecoder().decode(bytes));
    expect(JSON.parse(manifest ?? "")).toMatchObject({ revision: "r7", roots: [""], rego_version: 1 });
    expect(JSON.parse(data ?? "")).toEqual({ limits: { most: 5000 } });
    await build(folder, "--revision", "r7");
    expect(read(folder, "b.tar.gz")).toEqual(first);
  });

  test("writes no module beside the bundle unless asked to", async () => {
    const folder = folderWith(POLICY);
    await build(folder);
    expect(existsSync(join(folder, "policy.wasm"))).toBe(false);
    await build(folder, "-o", "m.wasm");
    // What is in the bundle can change without the module, so the module does not hold it.
    const { stdout } = await flyball(folder, "inspect", "m.wasm", "--json");
    expect(JSON.parse(stdout)).toMatchObject({ manifest: { digests: { data: "" } } });
  });

  test("makes a bundle that every command reads again", async () => {
    const folder = folderWith({ ...POLICY, "in.json": `{"side": "BUY", "amount": 1}` });
    await build(folder);
    expect(await flyball(folder, "check", "b.tar.gz")).toMatchObject({ status: 0 });
    const query = await flyball(folder, "eval", "data.trade.decision", "-b", "b.tar.gz", "-i", "in.json", "-f", "raw");
    expect(query.stdout).toBe("ALLOW\n");
    expect(await flyball(folder, "build", "b.tar.gz", "-e", "trade/decision")).toMatchObject({ status: 0 });
    const run = await flyball(folder, "eval", "-m", "policy.wasm", "-i", "in.json", "-f", "raw");
    expect(run.stdout).toBe("ALLOW\n");
  });
});
