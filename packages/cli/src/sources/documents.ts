import {
  getKey,
  isObject,
  JsonError,
  makeObject,
  objectEntries,
  parseJson,
  type RegoValue,
  toJson,
} from "@flyball/engine/values";
import { UsageError } from "../usage-error.ts";

/** The value of a JSON or YAML text, numbers exact. Throws `UsageError` with the place. */
export async function parseDocument(file: string, text: string): Promise<RegoValue> {
  return /\.ya?ml$/.test(file) ? await parseYamlDocument(file, text) : parseJsonDocument(file, text);
}

export function parseJsonDocument(file: string, text: string): RegoValue {
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    const message = error.message.replace(/ \(line \d+, column \d+\)$/, "");
    throw new UsageError([{ file, row: error.line, col: error.column, message }]);
  }
}

/** As the built-in `yaml.unmarshal` reads it, so that a file and a text in a policy mean the same. */
async function parseYamlDocument(file: string, text: string): Promise<RegoValue> {
  const { BuiltinError, loadBuiltins } = await import("@flyball/builtins");
  const parse = (await loadBuiltins(["yaml.unmarshal"])).get("yaml.unmarshal");
  try {
    return parse?.([text], { now: undefined }) ?? null;
  } catch (error) {
    if (!(error instanceof BuiltinError)) throw error;
    const [message = "is no YAML"] = error.message.split("\n");
    const [, row, col] = /at line (\d+), column (\d+)/.exec(message) ?? [];
    const place = row === undefined ? {} : { row: Number(row), col: Number(col) };
    throw new UsageError([{ file, ...place, message: message.replace(/ at line \d+, column \d+:?$/, "") }]);
  }
}

/** A document in its place below `data`. */
export function rootedAt(folders: readonly string[], document: RegoValue): RegoValue {
  return folders.reduceRight<RegoValue>((inner, name) => makeObject([[name, inner]]), document);
}

/** Objects merge; two files that give one place different values are an error. */
export function mergeDocuments(under: RegoValue | undefined, over: RegoValue, file: string): RegoValue {
  return merge(under, over, { file, path: [] });
}

function merge(
  under: RegoValue | undefined,
  over: RegoValue,
  at: { readonly file: string; readonly path: readonly string[] },
): RegoValue {
  if (under === undefined) return over;
  if (!isObject(under) || !isObject(over)) {
    const place = ["data", ...at.path].join(".");
    throw new UsageError([{ file: at.file, message: `gives ${place} a value, and another file does so too` }]);
  }
  const entries: [RegoValue, RegoValue][] = objectEntries(under).map(([key, value]) => [key, value]);
  for (const [key, value] of objectEntries(over))
    entries.push([key, merge(getKey(under, key), value, { ...at, path: [...at.path, keyText(key)] })]);
  return makeObject(entries);
}

/** An object's key as a step of a path. */
export function keyText(key: RegoValue): string {
  return typeof key === "string" ? key : toJson(key);
}
