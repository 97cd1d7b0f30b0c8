import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";

export interface Opa {
  readonly path: string;
  readonly version: string;
}

const REPOSITORY = resolve(import.meta.dirname, "../..");

/** The OPA to measure beside: the environment variable OPA, `opa` on the PATH, or `.tools/opa` in the repository, which git ignores. */
export function findOpa(): Opa | undefined {
  const { PATH = "", OPA = "" } = process.env;
  const fromPath = PATH.split(delimiter).map((folder) => join(folder, "opa"));
  const candidates = [OPA, ...fromPath, join(REPOSITORY, ".tools/opa")];
  const path = candidates.find((each) => each !== "" && existsSync(each));
  if (path === undefined) return undefined;
  const version = /^Version: (\S+)/m.exec(execFileSync(path, ["version"], { encoding: "utf8" }))?.[1];
  return { path, version: version ?? "unknown" };
}
