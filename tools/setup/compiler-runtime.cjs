"use strict";
// What policies share at run time is written in AssemblyScript (packages/compiler/runtime) and compiled into a generated
// source file of the compiler. The file is in the repository and a test proves that it is up to date; so a fresh clone
// trusts it, and from then on a change of the AssemblyScript sources leads to a new build.

const crypto = require("crypto");
const fs = require("fs");
const path = require("path");

const COMPILER = path.join(__dirname, "..", "..", "packages", "compiler");
const SOURCES = path.join(COMPILER, "runtime");
const BUILD_RUNTIME = path.join(COMPILER, "scripts", "build-runtime.ts");
const NOTE = path.join(__dirname, "..", "..", ".tools", "compiler-runtime");

function sourceDigest() {
  const hash = crypto.createHash("sha256");
  const visit = (folder) => {
    const entries = fs.readdirSync(folder, { withFileTypes: true });
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      const file = path.join(folder, entry.name);
      if (entry.isDirectory()) visit(file);
      else hash.update(path.relative(SOURCES, file)).update("\0").update(fs.readFileSync(file)).update("\0");
    }
  };
  visit(SOURCES);
  return hash.digest("hex");
}

function hasOutput() {
  return fs.readdirSync(path.join(COMPILER, "src")).some((name) => /^runtime(-module)?\.generated\./.test(name));
}

function noteRuntime() {
  fs.mkdirSync(path.dirname(NOTE), { recursive: true });
  fs.writeFileSync(NOTE, sourceDigest());
}

function runtimeIsCurrent() {
  if (!fs.existsSync(BUILD_RUNTIME)) return true;
  if (!hasOutput()) return false;
  if (fs.existsSync(NOTE)) return fs.readFileSync(NOTE, "utf8") === sourceDigest();
  noteRuntime();
  return true;
}

module.exports = { BUILD_RUNTIME, noteRuntime, runtimeIsCurrent };
