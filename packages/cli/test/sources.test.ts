import { spawnSync } from "node:child_process";
import { chmodSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { POLICY } from "./policy-files.ts";
import { flyball, folderWith } from "./run-flyball.ts";

describe("files that cannot be used", () => {
  test.each([
    ["binary.rego", new Uint8Array([0x70, 0x0a, 0xa5, 0xff, 0x00]), "binary.rego:2:1: is not UTF-8 text: byte 0xA5"],
    [
      "latin.rego",
      new Uint8Array([...new TextEncoder().encode("package a\n\n# "), 0xe9]),
      "latin.rego:3:3: is not UTF-8 text: byte 0xE9",
    ],
    ["data.json", '{\n  "a": }', "data.json:2:8: "],
    ["twice.json", '{"a": 1,\n"a": 2}', "twice.json:2:1: "],
    ["list.json", "[1]", "list.json: list.json must hold an object"],
    ["bad.yaml", "a: [1", "bad.yaml: "],
  ])("are named with the place: %s", async (name, content, message) => {
    const { status, stderr } = await flyball(folderWith({ [name]: content }), "eval", "1", "-d", name);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^flyball eval: .+\n$/);
    expect(stderr).toContain(message);
  });

  test("are all told at once, as JSON too", async () => {
    const folder = folderWith({ "a.rego": new Uint8Array([0xff]), "b.json": "{", "c.rego": "package c\n" });
    const { status, stdout, stderr } = await flyball(folder, "test", ".", "--json");
    expect({ status, stderr }).toEqual({ status: 2, stderr: "" });
    expect(JSON.parse(stdout)).toMatchObject({
      errors: [
        { code: "source_error", location: { file: "a.rego", row: 1, col: 1 } },
        { code: "source_error", location: { file: "b.json", row: 1 } },
      ],
    });
  });

  test("two documents in one place are told with the place", async () => {
    const folder = folderWith({ "a/data.json": "1", "b.json": `{"a": 2}` });
    expect((await flyball(folder, "eval", "1", "-d", ".")).stderr).toBe(
      "flyball eval: b.json: gives data.a a value, and another file does so too\n",
    );
  });

  test("unreadable ones are told", async () => {
    const folder = folderWith({ "a.rego": "package a\n", "d/b.rego": "package b\n" });
    chmodSync(join(folder, "a.rego"), 0);
    chmodSync(folder, 0o755);
    // Root may read everything; nobody else may.
    const asOther = process.geteuid?.() === 0;
    if (asOther) process.seteuid?.(65_534);
    try {
      expect((await flyball(folder, "check", "a.rego")).stderr).toBe("flyball check: a.rego: may not be read\n");
    } finally {
      if (asOther) process.seteuid?.(0);
    }
  });

  test.skipIf(process.platform === "win32")("pipes are not waited for", async () => {
    const folder = folderWith({});
    spawnSync("mkfifo", [join(folder, "a.rego")]);
    expect((await flyball(folder, "check", "a.rego")).stderr).toBe("flyball check: a.rego: is no regular file\n");
  });
});

describe("links", () => {
  test("in a circle are walked once", async () => {
    const folder = folderWith(POLICY);
    symlinkSync(join(folder, "p"), join(folder, "p/circle"));
    expect((await flyball(folder, "test", "p")).stdout).toContain("PASS: 2/2");
  });

  test("to themselves, and to nothing, are told", async () => {
    const folder = folderWith({});
    symlinkSync("b.rego", join(folder, "a.rego"));
    symlinkSync("a.rego", join(folder, "b.rego"));
    expect((await flyball(folder, "check", "a.rego")).stderr).toBe(
      "flyball check: a.rego: is a symbolic link in a circle\n",
    );
    symlinkSync("nowhere", join(folder, "c.rego"));
    expect((await flyball(folder, "check", "c.rego")).stderr).toBe("flyball check: c.rego: no such file or folder\n");
  });
});

describe("limits", () => {
  test("on the size of a file and of all are named and can be raised", async () => {
    const folder = folderWith({
      "a.rego": `package a\n\n# ${"x".repeat(3000)}\n`,
      "b.rego": `package b\n\n# ${"x".repeat(3000)}\n`,
    });
    expect((await flyball(folder, "check", "a.rego", "--max-file-size", "1K")).stderr).toBe(
      "flyball check: a.rego: has 2.9 KiB, more than the limit of 1 KiB; --max-file-size raises it\n",
    );
    expect((await flyball(folder, "check", "a.rego", "--max-module-size", "2K")).stderr).toBe(
      "flyball check: a.rego: has 2.9 KiB of Rego, more than the limit of 2 KiB; --max-module-size raises it\n",
    );
    expect((await flyball(folder, "check", ".", "--max-total-size", "5K")).stderr).toBe(
      "flyball check: b.rego: with this file more than 5 KiB would be read; --max-total-size raises the limit\n",
    );
    expect(await flyball(folder, "check", ".", "--max-total-size", "7K")).toMatchObject({ status: 0 });
    expect((await flyball(folder, "check", ".", "--max-file-size", "much")).stderr).toContain("--max-file-size much");
  });
});

describe("files of a million lines", () => {
  test.each([
    [
      "with a mistake in the last",
      `package a\n${"\n".repeat(1_000_000)}p := ]\n`,
      1,
      "a.rego:1000002:6: rego_parse_error",
    ],
    ["of comments", `package a\n${"# x\n".repeat(1_000_000)}p := 1\n`, 0, ""],
    ["of rules are more than the limit", `package a\n${"p contains 1\n".repeat(1_000_000)}`, 2, "--max-module-size"],
    [
      "that are one text without an end",
      `package a\np := "${"x".repeat(4_000_000)}`,
      1,
      "a.rego:2:6: rego_parse_error",
    ],
  ])("%s", async (_, text, status, message) => {
    const run = await flyball(folderWith({ "a.rego": text }), "check", ".");
    expect(run).toMatchObject({ status, stderr: expect.stringContaining(message) });
    expect(run.stderr.length).toBeLessThan(2_000);
  });
});

describe("what is read of a folder", () => {
  test("are Rego and documents, each in its place, and nothing hidden", async () => {
    const folder = folderWith({
      "d/roles/data.json": `{"x": [1.0000000000000000001]}`,
      "d/more/deep.yaml": "y: true\nn: 12345678901234567890\n",
      "d/.git/x.json": "{",
      "d/node_modules/y/z.rego": "nonsense",
      "d/readme.md": "#",
    });
    const { stdout } = await flyball(folder, "eval", "data", "-d", "d", "-f", "raw");
    expect(stdout).toBe('{"more":{"n":12345678901234567890,"y":true},"roles":{"x":[1.0000000000000000001]}}\n');
  });

  test("a file of another kind is refused when it is named", async () => {
    expect((await flyball(folderWith({ "a.txt": "" }), "check", "a.txt")).stderr).toBe(
      "flyball check: a.txt: is neither Rego (.rego), data (.json, .yaml) nor a bundle (.tar.gz)\n",
    );
  });
});
