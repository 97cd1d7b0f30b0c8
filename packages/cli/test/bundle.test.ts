import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { writeTar } from "../src/bundle/write-tar.ts";
import { flyball, folderWith } from "./run-flyball.ts";

const text = (content: string) => new TextEncoder().encode(content);

function archive(files: Readonly<Record<string, string>>): Uint8Array {
  return writeTar(Object.entries(files).map(([name, content]) => ({ name, bytes: text(content) })));
}

function bundle(files: Readonly<Record<string, string>>): Uint8Array {
  return gzipSync(archive(files));
}

/** The archive with another type in the header of its first entry, its sum set right. */
function withType(bytes: Uint8Array, type: string): Uint8Array {
  const changed = new Uint8Array(bytes);
  changed[156] = type.charCodeAt(0);
  changed.fill(32, 148, 156);
  const sum = changed.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  changed.set(text(`${sum.toString(8).padStart(6, "0")}\0 `), 148);
  return gzipSync(changed);
}

const evaluate = (content: Uint8Array, query: string, ...args: readonly string[]) =>
  flyball(folderWith({ "b.tar.gz": content }), "eval", query, "-b", "b.tar.gz", "-f", "raw", ...args);

describe("a bundle", () => {
  test("gives its Rego and its documents, each in its place, and nothing else", async () => {
    const content = bundle({
      "/.manifest": `{"revision": "1", "roots": ["a", "roles"]}`,
      "./a/p.rego": "package a\n\np := data.roles.x + 1\n",
      "/roles/data.json": `{"x": 1}`,
      "roles/more/data.yaml": "y: 2\n",
      "/roles/other.json": `{"x": 5}`,
      "/policy.wasm": "whatever",
    });
    expect((await evaluate(content, "data.a.p; data.roles")).stdout).toBe('2 {"more":{"y":2},"x":1}\n');
  });

  test("says which Rego its files are written in", async () => {
    const files = { "/old/a.rego": "package a\n\np { 1 == 1 }\n", "/new/b.rego": "package b\n\np if 1 == 1\n" };
    const manifest = `{"rego_version": 1, "file_rego_versions": {"/old/*.rego": 0}}`;
    expect((await evaluate(bundle({ ...files, ".manifest": manifest }), "data.a.p; data.b.p")).stdout).toBe(
      "true true\n",
    );
    expect((await evaluate(bundle(files), "data.a.p")).stderr).toContain("rego_parse_error");
  });

  test("may have names longer than a header holds", async () => {
    const name = `/${"folder/".repeat(40)}data.json`;
    expect((await evaluate(bundle({ [name]: "7" }), `data${".folder".repeat(40)}`)).stdout).toBe("7\n");
  });

  test("may be a folder", async () => {
    const folder = folderWith({ "b/.manifest": `{"roots": ["a"]}`, "b/a/data.json": "1", "b/a/p/other.json": "{" });
    expect((await flyball(folder, "eval", "data", "-b", "b", "-f", "raw")).stdout).toBe('{"a":1}\n');
  });

  test.each([
    ["leads out of itself", bundle({ "../../x.rego": "package x\n" }), "leads out of the bundle"],
    ["holds a link", withType(archive({ "a.rego": "" }), "2"), "a.rego is a link"],
    ["holds a hard link", withType(archive({ "a.rego": "" }), "1"), "a.rego is a link"],
    ["holds a device", withType(archive({ a: "" }), "3"), "a is a device"],
    [
      "has a package outside of its roots",
      bundle({ ".manifest": `{"roots": ["a"]}`, "x.rego": "package b\n" }),
      "b.tar.gz/x.rego: package b is outside of the bundle's roots (a)",
    ],
    [
      "has documents outside of its roots",
      bundle({ ".manifest": `{"roots": ["a/b"]}`, "a/data.json": `{"b": 1, "c": 2}` }),
      "data.a.c is outside",
    ],
    ["has roots that overlap", bundle({ ".manifest": `{"roots": ["a", "a/b"]}` }), '"a" and "a/b" overlap'],
    ["has a manifest that is none", bundle({ ".manifest": "[]" }), "b.tar.gz/.manifest: must hold an object"],
    ["changes another", bundle({ "patch.json": "{}" }), "is a delta bundle"],
    ["gives one place two values", bundle({ "data.json": `{"a": 1}`, "a/data.json": "2" }), "gives data.a a value"],
    [
      "holds what is not UTF-8",
      gzipSync(writeTar([{ name: "a.rego", bytes: new Uint8Array([0xff]) }])),
      "b.tar.gz/a.rego:1:1: is not UTF-8 text",
    ],
    ["is no archive", text("hello"), "is no gzip archive"],
    ["is cut off", bundle({ "a.rego": "package a\n" }).subarray(0, 60), "is no gzip archive, or a damaged one"],
    [
      "is cut off inside",
      gzipSync(archive({ "a.rego": "x".repeat(2000) }).subarray(0, 1024)),
      "ends in the middle of a.rego",
    ],
    ["holds no tar archive", gzipSync("hello".repeat(500)), "is no tar archive"],
  ])("that %s is refused in one line", async (_, content, message) => {
    const { status, stderr } = await evaluate(content, "1");
    expect(status).toBe(2);
    expect(stderr).toMatch(/^flyball eval: .+\n$/);
    expect(stderr).toContain(message);
  });

  test("that unpacks to more than the limit is not unpacked", async () => {
    const bomb = gzipSync(archive({ "data.json": " ".repeat(3_000_000) }));
    expect(bomb.length).toBeLessThan(10_000);
    expect((await evaluate(bomb, "1", "--max-total-size", "1M")).stderr).toContain("--max-total-size raises the limit");
    expect((await evaluate(bomb, "1", "--max-file-size", "1M")).stderr).toContain("--max-file-size raises it");
  });

  test("with a pattern that takes long in other hands is read at once", async () => {
    const manifest = JSON.stringify({ file_rego_versions: { [`${"**a".repeat(400)}b`]: 0 } });
    const content = bundle({ ".manifest": manifest, [`${"a".repeat(90)}.rego`]: "package a\n" });
    expect(await evaluate(content, "1")).toMatchObject({ status: 0 });
  });
});
