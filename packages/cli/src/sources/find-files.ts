import { existsSync, readdirSync, realpathSync, type Stats, statSync } from "node:fs";
import { extname, join } from "node:path";
import { UsageError } from "../usage-error.ts";
import { reasonOf } from "./file-reader.ts";

export type FileKind = "module" | "document" | "bundle";

export interface FoundFile {
  readonly path: string;
  readonly kind: FileKind;
  /** Folders between the given path and the file: where its document belongs below `data`. */
  readonly folders: readonly string[];
}

const KINDS: Readonly<Record<string, FileKind>> = {
  ".rego": "module",
  ".json": "document",
  ".yaml": "document",
  ".yml": "document",
};

/** What a file holds, by its name; undefined for files that are no policy's. */
export function kindOf(path: string): FileKind | undefined {
  if (/\.(tar\.gz|tgz)$/.test(path)) return "bundle";
  const extension = extname(path);
  return Object.hasOwn(KINDS, extension) ? KINDS[extension] : undefined;
}

/**
 * A path as `opa` takes it: `roles.admins:people.json` puts a document below `data.roles.admins`, and `file://` may stand before it. What exists under the whole name is meant by it.
 */
function splitPrefix(argument: string): { readonly path: string; readonly folders: readonly string[] } {
  const bare = (path: string) => (path.startsWith("file://") ? path.slice("file://".length) : path);
  const [, prefix, path] = /^([A-Za-z_][A-Za-z0-9_.]*):([^/].*|\/[^/].*)$/.exec(argument) ?? [];
  if (prefix === undefined || path === undefined || existsSync(argument)) return { path: bare(argument), folders: [] };
  return { path: bare(path), folders: prefix.split(".").filter((step) => step !== "") };
}

/**
 * The files at or below a path. Folders are walked in the order of names; files of other kinds are passed over there and refused when they are named. Hidden entries, `node_modules` and bundles are left out
 * of folders; a folder that was visited before (a link in a circle) is not visited again.
 */
export function findFiles(argument: string): readonly FoundFile[] {
  const { path, folders } = splitPrefix(argument);
  if (statOf(path).isDirectory()) return walk(path, folders, new Set());
  const kind = kindOf(path);
  if (kind === undefined)
    throw new UsageError([
      { file: path, message: "is neither Rego (.rego), data (.json, .yaml) nor a bundle (.tar.gz)" },
    ]);
  return [{ path, kind, folders }];
}

function walk(folder: string, folders: readonly string[], visited: Set<string>): readonly FoundFile[] {
  const real = attempt(folder, () => realpathSync(folder));
  if (visited.has(real)) return [];
  visited.add(real);
  const names = attempt(folder, () => readdirSync(folder)).sort();
  return names
    .filter((name) => !name.startsWith(".") && name !== "node_modules")
    .flatMap((name): readonly FoundFile[] => {
      const path = join(folder, name);
      const kind = kindOf(name);
      // What is of no use may be a broken link, or anything.
      if (kind === undefined && !isFolder(path)) return [];
      if (statOf(path).isDirectory()) return walk(path, [...folders, name], visited);
      return kind === "module" || kind === "document" ? [{ path, kind, folders }] : [];
    });
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

export function statOf(path: string): Stats {
  return attempt(path, () => statSync(path));
}

function attempt<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new UsageError([{ file, message: reasonOf(error) }]);
  }
}
