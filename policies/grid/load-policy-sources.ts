// Reads a folder of policies as `flyball build` and `opa build` do: every *.rego file but the tests, and every data.json
// under the path of its folder. For tests and measurements; it decides nothing.

import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { parseJson, type RegoRecord, type RegoValue } from "@flyball/engine/values";

export interface PolicySources {
  /** Path below the folder (with slashes) to source text. */
  readonly modules: Readonly<Record<string, string>>;
  /** The base documents: one object, nested by folder. */
  readonly data: RegoRecord;
}

/** @throws as node:fs and parseJson do: a broken checkout is not an input to be judged. */
export function loadPolicySources(folder: string): PolicySources {
  const modules: Record<string, string> = {};
  const data: Record<string, RegoValue> = {};
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .sort();
  for (const file of files) {
    if (file.endsWith(".rego") && !file.endsWith("_test.rego")) {
      modules[file] = readFileSync(join(folder, file), "utf8");
    } else if (file.endsWith("/data.json")) {
      const parents = file.split("/").slice(0, -1);
      const last = parents.pop() ?? "";
      let place = data;
      for (const name of parents) {
        place[name] ??= {};
        place = place[name] as Record<string, RegoValue>;
      }
      place[last] = { ...(place[last] as RegoRecord), ...(parseJson(readFileSync(join(folder, file))) as RegoRecord) };
    }
  }
  return { modules, data };
}
