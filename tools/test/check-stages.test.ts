import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const program = path.join(import.meta.dirname, "..", "check-stages.ts");
let root = "";

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "flyball-stages-"));
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function file(name: string, text: string): void {
  mkdirSync(path.join(root, path.dirname(name)), { recursive: true });
  writeFileSync(path.join(root, name), text);
}

function check(): { readonly status: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, root], { encoding: "utf8" });
  return { status, output: `${stderr}${stdout}` };
}

describe("the check of stages", () => {
  it("passes stages that follow each other, with circles inside of one and an index over all", () => {
    file("packages/p/src/index.ts", 'import "./first/a.ts"; import "./second/c.ts";');
    file("packages/p/src/first/a.ts", 'import "./b.ts";');
    file("packages/p/src/first/b.ts", 'import "./a.ts";');
    file("packages/p/src/second/c.ts", 'import "../first/a.ts"; import "@p/elsewhere";');
    file(
      "packages/p/src/first/types.ts",
      'import type { C } from "../second/c.ts"; export type { D } from "../second/c.ts";',
    );
    file("packages/p/src/first/lazy.ts", 'export const load = () => import("../second/c.ts");');
    expect(check()).toEqual({ status: 0, output: "1 stages that import others, 0 circles.\n" });
  });

  it("finds a circle of three stages, and shows each step", () => {
    file("packages/p/src/first/a.ts", 'import "../third/c.ts";');
    file("packages/p/src/second/b.ts", '// one line before\nimport { type A, a } from "../first/a.ts";');
    file("packages/p/src/third/c.ts", 'export { b } from "../second/b.ts";');
    const { status, output } = check();
    expect(status).toBe(1);
    expect(output.split("\n").slice(0, 4)).toEqual([
      "stages import each other in a circle: first -> third -> second -> first",
      "  packages/p/src/first/a.ts:1 imports packages/p/src/third",
      "  packages/p/src/third/c.ts:1 imports packages/p/src/second",
      "  packages/p/src/second/b.ts:2 imports packages/p/src/first",
    ]);
  });
});
