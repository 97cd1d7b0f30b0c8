import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { basename, extname, join } from "node:path";
import {
  getKey,
  isObject,
  JsonError,
  makeObject,
  objectEntries,
  parseJson,
  type RegoValue,
} from "@flyball/engine/values";
import { UsageError } from "./command.ts";

export interface Sources {
  /** Rego text by path as given. */
  readonly modules: Readonly<Record<string, string>>;
  /** The base documents of all data files, merged; undefined where there was no data file. */
  readonly data: RegoValue | undefined;
}

/** Where a file of base documents belongs: below `data` by the folders between the given path and the file, as OPA roots them. */
interface Found {
  readonly path: string;
  readonly folders: readonly string[];
}

const DATA_EXTENSIONS = new Set([".json"]);

/**
 * Reads Rego modules and data files below the given paths. Folders are walked in order of names; files other than `.rego` and `.json` are passed over in folders and refused when named. Hidden entries and `node_modules` are left out;
 * a folder that was visited before (a link in a circle) is not visited again.
 */
export function readSources(paths: readonly string[], options: { readonly data: boolean }): Sources {
  const modules: Record<string, string> = {};
  let data: RegoValue | undefined;
  for (const path of paths) {
    for (const found of findFiles(path)) {
      if (extname(found.path) === ".rego") modules[found.path] = readText(found.path);
      else if (options.data) data = mergeDocuments(data, readDocument(found), found.path);
    }
  }
  return { modules, data };
}

function findFiles(path: string): readonly Found[] {
  const stats = statOf(path);
  if (!stats.isDirectory()) {
    if (extname(path) !== ".rego" && !DATA_EXTENSIONS.has(extname(path)))
      throw new UsageError(`${path}: neither a .rego nor a .json file`);
    return [{ path, folders: [] }];
  }
  return walk(path, [], new Set());
}

function walk(folder: string, folders: readonly string[], visited: Set<string>): readonly Found[] {
  const real = realpathSync(folder);
  if (visited.has(real)) return [];
  visited.add(real);
  return readdirSync(folder)
    .sort()
    .filter((name) => !name.startsWith(".") && name !== "node_modules")
    .flatMap((name): readonly Found[] => {
      const path = join(folder, name);
      if (statOf(path).isDirectory()) return walk(path, [...folders, name], visited);
      return extname(name) === ".rego" || DATA_EXTENSIONS.has(extname(name)) ? [{ path, folders }] : [];
    });
}

function statOf(path: string): ReturnType<typeof statSync> & {} {
  try {
    return statSync(path);
  } catch (error) {
    throw new UsageError(`${path}: ${reasonOf(error)}`);
  }
}

/** The text of a file that must be UTF-8. */
function readText(path: string): string {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new UsageError(`${path}: ${reasonOf(error)}`);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError(`${path}: is not UTF-8 text`);
  }
}

/** A JSON file with exact numbers. */
export function readJson(path: string): RegoValue {
  const text = readText(path);
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof JsonError) throw new UsageError(`${path}: ${error.message}`);
    throw error;
  }
}

function readDocument({ path, folders }: Found): RegoValue {
  const document = readJson(path);
  if (!isObject(document) && folders.length === 0)
    throw new UsageError(`${path}: ${basename(path)} must hold an object: its members become members of data`);
  return folders.reduceRight<RegoValue>((inner, name) => makeObject([[name, inner]]), document);
}

/** Objects merge; two files that give one place different values are an error. */
function mergeDocuments(under: RegoValue | undefined, over: RegoValue, path: string): RegoValue {
  if (under === undefined) return over;
  if (!isObject(under) || !isObject(over))
    throw new UsageError(`${path}: gives a value to a place in data that another file fills already`);
  const entries: [RegoValue, RegoValue][] = objectEntries(under).map(([key, value]) => [key, value]);
  for (const [key, value] of objectEntries(over)) entries.push([key, mergeDocuments(getKey(under, key), value, path)]);
  return makeObject(entries);
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT") return "no such file or folder";
  if (code === "EACCES") return "may not be read";
  return error instanceof Error ? error.message : String(error);
}
