import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** A real OPA: the variable OPA, PATH, or .tools. */
export function findOpa(): string | undefined {
  const places = [...(process.env.PATH ?? "").split(delimiter), ".tools"].map((folder) => join(folder, "opa"));
  return process.env.OPA ?? places.find((place) => existsSync(place));
}
