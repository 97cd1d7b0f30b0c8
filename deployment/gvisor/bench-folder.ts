import { execFileSync } from "node:child_process";
import { cpSync, globSync, mkdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { advisorActions } from "@flyball/benchmarks/advisor-actions";
import type { Opa } from "@flyball/benchmarks/find-opa";
import { librariesOf } from "../image/runtime-files.ts";

const inputCount = 500;
const seed = 1;

/** What the measuring needs beside the image: documents as the governor builds them, and an OPA with the same policies. */
export function prepareBenchFolder(given: {
  readonly root: string;
  readonly folder: string;
  readonly opa: Opa | undefined;
}): void {
  const { root, folder, opa } = given;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(path.join(folder, "lib"), { recursive: true });
  writeFileSync(path.join(folder, "inputs.json"), JSON.stringify(advisorActions(inputCount, seed)));
  const policies = globSync("policies/**/*.{rego,json}", { cwd: root }).filter((file) => !file.endsWith("_test.rego"));
  for (const file of policies) cpSync(path.join(root, file), path.join(folder, file));
  if (opa === undefined) return;
  cpSync(realpathSync(opa.path), path.join(folder, "opa"));
  for (const library of isStatic(opa.path) ? [] : librariesOf(opa.path)) {
    cpSync(realpathSync(library), path.join(folder, "lib", path.basename(library)));
  }
}

/** `ldd` refuses programs that need no library. */
function isStatic(program: string): boolean {
  try {
    execFileSync("ldd", [program], { stdio: "pipe" });
    return false;
  } catch {
    return true;
  }
}
