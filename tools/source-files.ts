import { globSync } from "node:fs";
import path from "node:path";

/** The TypeScript sources and tests below a folder, as paths from `root` with forward slashes, sorted. */
export function sourceFiles(root: string, folder: string): readonly string[] {
  const found = globSync(`${folder}/**/*.ts`, {
    cwd: root,
    exclude: (name) => name === "node_modules" || name === "dist" || name === ".flyball",
  });
  return found.map((file) => file.split(path.sep).join("/")).sort();
}
