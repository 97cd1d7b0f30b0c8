import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** A real OPA: the variable OPA, PATH, or .tools. Tests that need one are skipped without it, and say so. */
export function findOpa(): string | undefined {
  const folders = [...(process.env.PATH ?? "").split(delimiter), ".tools"];
  const found = [process.env.OPA ?? "", ...folders.map((folder) => join(folder, "opa"))].find(
    (path) => path !== "" && existsSync(path),
  );
  if (found === undefined) console.warn("SKIPPED: no opa was found (the variable OPA, PATH or .tools/opa)");
  return found;
}
