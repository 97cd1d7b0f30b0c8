import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

const entry = "apps/advisor";

/**
 * The folders of this repository that the running service needs: the advisor and, transitively, the workspaces among its
 * dependencies. Development dependencies do not count, so the compiler and the command line are never among them.
 */
export function servicePackages(root: string): readonly string[] {
  const found = new Set<string>();
  const visit = (folder: string): void => {
    if (found.has(folder)) return;
    found.add(folder);
    const manifest = JSON.parse(readFileSync(path.join(root, folder, "package.json"), "utf8")) as Manifest;
    for (const name of Object.keys(manifest.dependencies ?? {})) {
      if (name.startsWith("@flyball/")) visit(folderOf(name.slice("@flyball/".length)));
    }
  };
  const folderOf = (name: string): string =>
    existsSync(path.join(root, "packages", name)) ? `packages/${name}` : `apps/${name}`;
  visit(entry);
  return [...found].sort();
}
