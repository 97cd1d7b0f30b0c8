import { isArray, isNumber, isObject, isString, objectEntries, type RegoValue } from "@flyball/engine/values";
import { UsageError } from "../usage-error.ts";

/** What `.manifest` of an OPA bundle says, as far as a compiler needs it. */
export interface BundleManifest {
  readonly revision: string;
  /** Paths below `data`, steps split; all that the bundle holds lies below one of them. */
  readonly roots: readonly (readonly string[])[];
  readonly regoVersion: 0 | 1 | undefined;
  /** Versions of single files by their path or a pattern of it, first match first. */
  readonly fileRegoVersions: readonly { readonly pattern: string; readonly version: 0 | 1 }[];
}

export const EMPTY_MANIFEST: BundleManifest = {
  revision: "",
  roots: [[]],
  regoVersion: undefined,
  fileRegoVersions: [],
};

/** Reads a bundle's manifest. Members that only servers need are passed over. Throws `UsageError`. */
export function readManifest(file: string, document: RegoValue): BundleManifest {
  const wrong = (message: string) => new UsageError([{ file, message }]);
  if (!isObject(document)) throw wrong("must hold an object");
  const members = new Map(objectEntries(document));
  const roots = members.get("roots") ?? [""];
  if (!isArray(roots) || !roots.every(isString)) throw wrong("roots must be an array of texts");
  const revision = members.get("revision") ?? "";
  if (!isString(revision)) throw wrong("revision must be a text");
  const version = (value: RegoValue | undefined): 0 | 1 | undefined => {
    if (value === undefined) return undefined;
    if (!isNumber(value) || (value !== 0 && value !== 1)) throw wrong("a Rego version must be 0 or 1");
    return value;
  };
  const files = members.get("file_rego_versions") ?? {};
  if (!isObject(files)) throw wrong("file_rego_versions must be an object");
  return {
    revision,
    roots: checkedRoots(roots, wrong),
    regoVersion: version(members.get("rego_version")),
    fileRegoVersions: objectEntries(files).flatMap(([pattern, value]) => {
      const found = version(value);
      return isString(pattern) && found !== undefined ? [{ pattern, version: found }] : [];
    }),
  };
}

function checkedRoots(
  roots: readonly string[],
  wrong: (message: string) => UsageError,
): readonly (readonly string[])[] {
  const paths = roots.map((root) => root.split("/").filter((step) => step !== ""));
  for (const [index, path] of paths.entries())
    for (const other of paths.slice(index + 1))
      if (isBelow(path, other) || isBelow(other, path))
        throw wrong(`roots ${JSON.stringify(path.join("/"))} and ${JSON.stringify(other.join("/"))} overlap`);
  return paths;
}

/** Whether a path is the root or lies below it. */
export function isBelow(path: readonly string[], root: readonly string[]): boolean {
  return root.length <= path.length && root.every((step, index) => path[index] === step);
}

/** The version that the manifest gives a file of the bundle (its path begins with `/`). */
export function regoVersionOf(path: string, manifest: BundleManifest): 0 | 1 | undefined {
  const found = manifest.fileRegoVersions.find(({ pattern }) => matches(path, pattern));
  return found?.version ?? manifest.regoVersion;
}

/** Patterns as OPA's: `*` stands for anything but `/`, `**` for anything. Takes no longer than path times pattern, whatever the pattern. */
function matches(path: string, pattern: string): boolean {
  const tokens = `/${pattern.replace(/^\//, "")}`.match(/\*\*|./gsu) ?? [];
  // Lengths of the path's beginnings that the tokens so far match.
  let ends = new Set([0]);
  for (const token of tokens) {
    const next = new Set<number>();
    for (const end of ends) {
      if (token !== "*" && token !== "**") {
        if (path.startsWith(token, end)) next.add(end + token.length);
        continue;
      }
      for (let at = end; at <= path.length && !next.has(at); at++) {
        next.add(at);
        if (token === "*" && path[at] === "/") break;
      }
    }
    ends = next;
  }
  return ends.has(path.length);
}
