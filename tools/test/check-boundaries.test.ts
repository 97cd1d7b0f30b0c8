// The check of import directions on small trees of its own: each kind of breach is found, named and placed.

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const program = path.join(import.meta.dirname, "..", "check-boundaries.ts");
let root = "";

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "flyball-boundaries-"));
  manifest("packages/engine", { exports: { ".": {}, "./values": {} } });
  manifest("packages/builtins", { exports: { ".": {} }, dependencies: { "@flyball/engine": "1", yaml: "1" } });
  manifest("packages/compiler", {
    exports: { ".": {} },
    dependencies: { "@flyball/engine": "1" },
    peerDependencies: { binaryen: "1" },
  });
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function manifest(folder: string, content: object): void {
  file(`${folder}/package.json`, JSON.stringify(content));
}

function file(name: string, text: string): void {
  mkdirSync(path.join(root, path.dirname(name)), { recursive: true });
  writeFileSync(path.join(root, name), text);
}

function check(): { readonly status: number | null; readonly problems: readonly string[] } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, root], { encoding: "utf8" });
  return { status, problems: `${stderr}${stdout}`.trim().split("\n").slice(0, -1) };
}

describe("the check of import directions", () => {
  it("passes a tree that keeps to the plan", () => {
    file("packages/engine/src/index.ts", 'export { a } from "./a.ts";');
    file("packages/engine/src/a.ts", "export const a = 1;");
    file(
      "packages/engine/test/a.test.ts",
      'import "../src/a.ts"; import "@flyball/engine/values"; import "@flyball/compiler"; import "vitest";',
    );
    file("packages/builtins/src/index.ts", 'import "@flyball/engine/values"; import "yaml"; import "node:crypto";');
    file(
      "packages/compiler/src/index.ts",
      'import "@flyball/engine"; const load = () => import("binaryen"); void load;',
    );
    expect(check()).toEqual({ status: 0, problems: [] });
  });

  it.each([
    [
      "an import against the arrows",
      "packages/builtins/src/a.ts",
      'import "@flyball/compiler";',
      "@flyball/builtins must not import @flyball/compiler",
    ],
    [
      "a type-only import against the arrows",
      "packages/engine/src/a.ts",
      'import type { A } from "@flyball/builtins";',
      "@flyball/engine must not import @flyball/builtins",
    ],
    [
      "an import in a type",
      "packages/engine/src/a.ts",
      'export type A = import("@flyball/builtins").B;',
      "@flyball/engine must not import @flyball/builtins",
    ],
    [
      "an import() against the arrows",
      "packages/engine/src/a.ts",
      'void import("@flyball/builtins");',
      "@flyball/engine must not import @flyball/builtins",
    ],
    [
      "a re-export against the arrows",
      "packages/builtins/src/a.ts",
      'export { compile } from "@flyball/compiler";',
      "@flyball/builtins must not import @flyball/compiler",
    ],
    [
      "a reach into another package",
      "packages/builtins/src/a.ts",
      'import "@flyball/engine/src/a.ts";',
      '"@flyball/engine/src/a.ts" reaches into @flyball/engine; only what its "exports" name is public',
    ],
    [
      "a relative path into another package",
      "packages/builtins/src/a.ts",
      'import "../../engine/package.json";',
      '"../../engine/package.json" leaves packages/builtins; import the package by name',
    ],
    [
      "a workspace that is not declared",
      "packages/compiler/src/a.ts",
      'import "@flyball/builtins";',
      "@flyball/builtins is not among the dependencies of @flyball/compiler",
    ],
    [
      "a library that is not declared",
      "packages/builtins/src/a.ts",
      'import "semver";',
      "semver is not among the dependencies of @flyball/builtins",
    ],
    [
      "Node in the engine",
      "packages/engine/src/a.ts",
      'import { readFileSync } from "node:fs";',
      'the engine depends on nothing, not even "node:fs"',
    ],
    [
      "binaryen before it is asked for",
      "packages/compiler/src/a.ts",
      'import "binaryen";',
      '"binaryen" is loaded by import() only',
    ],
    [
      "a relative path without its ending",
      "packages/engine/src/a.ts",
      'import "./b";',
      '"./b" must name its file with its ending',
    ],
    ["a relative path to nothing", "packages/engine/src/a.ts", 'import "./b.ts";', '"./b.ts" does not exist'],
    [
      "the package by its own name",
      "packages/engine/src/a.ts",
      'import "@flyball/engine/values";',
      '"@flyball/engine/values" is this package; use a relative path',
    ],
  ])("finds %s", (_what, name, text, problem) => {
    file(name, `// A comment that says import "nothing".\n${text}\n`);
    expect(check()).toEqual({ status: 1, problems: [`${name}:2: ${problem}`] });
  });

  it("finds a file that cannot be parsed", () => {
    file("packages/engine/src/a.ts", "export const = 1;");
    expect(check().problems).toEqual([expect.stringContaining("packages/engine/src/a.ts: ")]);
  });

  it("finds test code in the sources", () => {
    file("packages/engine/test/support.ts", "export {};");
    file("packages/engine/src/a.ts", 'import "../test/support.ts";');
    expect(check().problems).toEqual(['packages/engine/src/a.ts:1: "../test/support.ts" is test code']);
  });

  it("finds a dependency of the engine", () => {
    manifest("packages/engine", { exports: {}, dependencies: { yaml: "1" } });
    expect(check().problems).toEqual(["packages/engine/package.json: the engine must not depend on yaml"]);
  });

  it("finds the compiler in what the advisor's serving process reaches, however deep, and not in its start script", () => {
    manifest("apps/advisor", { devDependencies: { "@flyball/compiler": "1" } });
    file("apps/advisor/src/start.ts", 'import "@flyball/compiler"; import "./main.ts";');
    file("apps/advisor/src/main.ts", 'export { b } from "./b.ts";');
    file("apps/advisor/src/b.ts", 'export const b = () => import("@flyball/compiler");');
    expect(check().problems).toEqual([
      "apps/advisor/src/b.ts:1: apps/advisor/src/main.ts reaches this file, so it must not import @flyball/compiler",
    ]);
  });
});
