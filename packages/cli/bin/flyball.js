#!/usr/bin/env node
// Starts the packed command where there is one that is not older than what it was packed from, else the compiled files,
// else, in a clone where nothing is compiled yet, the sources.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import module from "node:module";
import { fileURLToPath } from "node:url";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
const place = (path) => fileURLToPath(new URL(path, import.meta.url));

/** @returns {number} */
function changed(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** In a clone the TypeScript compiler notes when it last wrote a package; a published package has no such notes. */
function isPacked() {
  const packed = changed(place("../dist/packed/main.js"));
  if (packed === 0 || !existsSync(place("../dist/.tsbuildinfo"))) return packed > 0;
  return readdirSync(place("../..")).every((name) => changed(place(`../../${name}/dist/.tsbuildinfo`)) <= packed);
}

if (major < 22 || (major === 22 && minor < 18)) {
  console.error(`flyball needs Node 22.18 or newer; this is ${process.version}`);
  process.exitCode = 2;
} else if (isPacked()) {
  module.enableCompileCache();
  await import("../dist/packed/main.js");
} else if (existsSync(place("../dist/main.js"))) await import("../dist/main.js");
else {
  const args = ["--conditions=flyball-source", place("../src/main.ts"), ...process.argv.slice(2)];
  process.exitCode = spawnSync(process.execPath, args, { stdio: "inherit" }).status ?? 2;
}
