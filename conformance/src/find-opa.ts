import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

export interface OpaBinary {
  readonly path: string;
  readonly version: string;
}

/** A real OPA to compare with: the path given, the variable OPA, `opa` on the PATH, or `.tools/opa` in the repository. */
export function findOpa(given = ""): OpaBinary | undefined {
  const { PATH = "", OPA = "" } = process.env;
  const onPath = PATH.split(delimiter).map((folder) => join(folder, "opa"));
  const places = given === "" ? [OPA, ...onPath, join(import.meta.dirname, "../../.tools/opa")] : [given];
  const path = places.find((each) => each !== "" && existsSync(each));
  if (path === undefined) return undefined;
  const { stdout } = spawnSync(path, ["version"], { encoding: "utf8" });
  return { path, version: /Version: (\S+)/.exec(stdout)?.[1] ?? "unknown" };
}
