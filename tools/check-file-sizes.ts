// House rule 1: files are small, and named for one thing. Past 400 lines the first comment has to say why ("long
// because ..."); past 800 only generated code and tables may go; names that stand for a pile are not used.

import { readFileSync } from "node:fs";
import path from "node:path";
import { sourceFiles } from "./source-files.ts";

const explainPast = 400;
const neverPast = 800;
/** Files that are tables: one entry after the other, nothing to split. */
const tables: readonly string[] = [];
const pile = /(^|\/)(utils?|helpers?|common|misc)(\.ts$|\/)|(^|\/)types\.ts$/;

const root = path.join(import.meta.dirname, "..");
const problems: string[] = [];
const lengths: number[] = [];

for (const file of [
  "packages",
  "apps",
  "conformance",
  "benchmarks",
  "chaos",
  "examples",
  "policies",
  "deployment",
  "tools",
].flatMap((folder) => sourceFiles(root, folder))) {
  if (pile.test(file)) problems.push(`${file}: a file is named for the one thing in it`);
  if (file.endsWith(".generated.ts") || tables.includes(file)) continue;
  const source = readFileSync(path.join(root, file), "utf8");
  const length = source.split("\n").length;
  if (!file.includes("/test/")) lengths.push(length);
  if (length > neverPast)
    problems.push(`${file}: ${length} lines, and nothing but tables and generated code goes past ${neverPast}`);
  else if (length > explainPast && !saysWhy(source)) {
    problems.push(`${file}: ${length} lines; past ${explainPast} the first comment says why ("long because ...")`);
  }
}

/** Whether the comment that opens the file gives a reason for its length. */
function saysWhy(source: string): boolean {
  const first = /^(?:#!.*\n)?\s*((?:\/\/.*\n|\s*\n)+|\/\*[\s\S]*?\*\/)/.exec(source)?.[1] ?? "";
  return /\blong\b[\s\S]*\b(because|since|so that|for)\b|\bone (file|place)\b/i.test(
    first.replace(/^\s*(\/\/|\*)/gm, ""),
  );
}

lengths.sort((a, b) => a - b);
for (const problem of problems) console.log(problem);
console.log(
  `${lengths.length} files, median ${lengths[Math.floor(lengths.length / 2)] ?? 0} lines, ${problems.length} problems.`,
);
process.exitCode = problems.length === 0 ? 0 : 1;
