// Prints a digest of each module that the policies of this repository compile to, the files in the order given by the argument. Run by Nodes of several
// versions, which have to agree.

import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { compile } from "@flyball/compiler";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const reversed = process.argv[2] === "reversed";

const digest = (bytes: Uint8Array | string): string => createHash("sha256").update(bytes).digest("hex");

function inOrder<T>(entries: readonly T[]): readonly T[] {
  return reversed ? entries.toReversed() : entries;
}

function print(name: string, modules: Readonly<Record<string, string>>, entrypoints: readonly string[]): void {
  const { wasm, types, diagnostics } = compile({ modules, entrypoints });
  const said = JSON.stringify(diagnostics);
  console.log(name, wasm === undefined ? "-" : digest(wasm), digest(types ?? ""), digest(said));
}

const policies = readdirSync(`${root}/policies`, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".rego"))
  .sort();
print(
  "policies",
  Object.fromEntries(inOrder(policies).map((file) => [file, readFileSync(`${root}/policies/${file}`, "utf8")])),
  ["finance/decision", "finance"],
);

interface Case {
  readonly note: string;
  readonly modules?: readonly string[];
}

const cases = readFileSync(`${root}/conformance/cases/language.jsonl`, "utf8")
  .split("\n")
  .filter((line) => line !== "")
  .map((line) => JSON.parse(line) as Case);
for (const { note, modules = [] } of cases) {
  const named = modules.map((text, index) => [`m${index}.rego`, text] as const);
  const packages = modules.flatMap((text) => /^package ([\w.]+)$/m.exec(text)?.[1]?.replaceAll(".", "/") ?? []);
  print(note, Object.fromEntries(inOrder(named)), [...new Set(packages)].sort());
}
