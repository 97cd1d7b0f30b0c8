import { existsSync } from "node:fs";
import { relative, sep } from "node:path";
import { gunzipSync } from "node:zlib";
import { parseModule } from "@flyball/compiler";
import { isObject, objectEntries, type RegoValue } from "@flyball/engine/values";
import { keyText, mergeDocuments, parseDocument, rootedAt } from "../sources/documents.ts";
import { decodeText, type FileReader } from "../sources/file-reader.ts";
import { findFiles, statOf } from "../sources/find-files.ts";
import type { Sources } from "../sources/read-sources.ts";
import { sizeText } from "../sources/source-limits.ts";
import { type Problem, UsageError } from "../usage-error.ts";
import { type BundleManifest, EMPTY_MANIFEST, isBelow, readManifest, regoVersionOf } from "./manifest.ts";
import { readTar, TarError, type TarFile } from "./read-tar.ts";

export interface Bundle extends Sources {
  readonly revision: string;
  /** Its `policy.wasm`, whoever made it. */
  readonly wasm: Uint8Array<ArrayBuffer> | undefined;
}

/**
 * Reads an OPA bundle, a `.tar.gz` or a folder: its Rego, and its `data.json` and `data.yaml` files, each in the place of its folder. In: an archive that nobody vouches for. Links, devices, names that lead out of the
 * bundle, what lies outside the manifest's roots, and archives that unpack to more than the limits are refused. Signatures in it are passed over. Throws `UsageError`.
 */
export async function readBundle(given: string, reader: FileReader): Promise<Bundle> {
  const path = given.replace(/[/\\]+$/, "");
  const files = statOf(path).isDirectory() ? readFolder(path, reader) : unpack(path, reader);
  const name = (file: string) => `${path}${file}`;
  const manifestFile = files.find((file) => file.name === "/.manifest");
  const manifest =
    manifestFile === undefined
      ? EMPTY_MANIFEST
      : readManifest(
          name("/.manifest"),
          await parseDocument(name("/.manifest.json"), decodeText(name("/.manifest"), manifestFile.bytes)),
        );
  const modules: Record<string, string> = {};
  const regoVersions = new Map<string, 0 | 1>();
  let data: RegoValue | undefined;
  for (const file of files) {
    const full = name(file.name);
    const folders = file.name.split("/").slice(1, -1);
    const last = file.name.slice(file.name.lastIndexOf("/") + 1);
    if (last.endsWith(".rego")) {
      modules[full] = reader.moduleText(full, file.bytes);
      const version = regoVersionOf(file.name, manifest);
      if (version !== undefined) regoVersions.set(full, version);
    } else if (/^data\.(json|ya?ml)$/.test(last)) {
      const document = await parseDocument(full, decodeText(full, file.bytes));
      if (folders.length === 0 && !isObject(document))
        throw new UsageError([{ file: full, message: "must hold an object" }]);
      data = mergeDocuments(data, rootedAt(folders, document), full);
    } else if (file.name === "/patch.json") {
      throw new UsageError([
        { file: full, message: "is a delta bundle: it changes another bundle and is none itself" },
      ]);
    }
  }
  checkRoots({ path, manifest, modules, data, regoVersions });
  const wasm = files.find((file) => file.name === "/policy.wasm");
  const { revision } = manifest;
  return { modules, data, regoVersions, revision, wasm: wasm === undefined ? undefined : new Uint8Array(wasm.bytes) };
}

/** What a bundle's folder holds, as its archive would. */
function readFolder(path: string, reader: FileReader): readonly TarFile[] {
  const manifest = `${path}/.manifest`;
  const wasm = `${path}/policy.wasm`;
  const found = findFiles(path).map(({ path: file }) => file);
  return [manifest, wasm]
    .filter((file) => existsSync(file))
    .concat(found)
    .map((file) => ({
      name: `/${relative(path, file).split(sep).join("/")}`,
      bytes: reader.bytes(file),
    }));
}

/** The archive's files by their paths, each beginning with `/`. */
function unpack(path: string, reader: FileReader): readonly TarFile[] {
  const packed = reader.bytes(path);
  const { totalSize } = reader.left();
  try {
    const archive = gunzipSync(packed, { maxOutputLength: Math.max(1, totalSize) });
    return readTar(archive).map(({ name, bytes }) => {
      reader.count(`${path}: ${name}`, bytes.length);
      return { name: insidePath(name), bytes };
    });
  } catch (error) {
    if (error instanceof TarError) throw new UsageError([{ file: path, message: error.message }]);
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (code === "ERR_BUFFER_TOO_LARGE")
      throw new UsageError([
        { file: path, message: `unpacks to more than ${sizeText(totalSize)}; --max-total-size raises the limit` },
      ]);
    if (code.startsWith("Z_")) throw new UsageError([{ file: path, message: "is no gzip archive, or a damaged one" }]);
    throw error;
  }
}

/** A name as a path from the bundle's root; one that leads out of it is refused. */
function insidePath(name: string): string {
  const steps = name.split(/[/\\]/).filter((step) => step !== "" && step !== ".");
  if (steps.includes("..") || /^[A-Za-z]:/.test(name) || name.includes("\0"))
    throw new TarError(`${JSON.stringify(name)} leads out of the bundle`);
  return `/${steps.join("/")}`;
}

function checkRoots({
  path,
  manifest,
  modules,
  data,
  regoVersions,
}: Sources & { readonly path: string; readonly manifest: BundleManifest }): void {
  if (manifest.roots.some((root) => root.length === 0)) return;
  const problems: Problem[] = [];
  const roots = manifest.roots.map((root) => root.join("/")).join(", ");
  for (const [file, text] of Object.entries(modules)) {
    // What does not parse is told with all other mistakes in Rego.
    const { module } = parseModule({ file, text, regoVersion: regoVersions.get(file) ?? 1 });
    const name = module?.package.path ?? manifest.roots[0] ?? [];
    if (!manifest.roots.some((root) => isBelow(name, root)))
      problems.push({ file, message: `package ${name.join(".")} is outside of the bundle's roots (${roots})` });
  }
  for (const outside of data === undefined ? [] : pathsOutside(data, [], manifest))
    problems.push({ file: path, message: `data.${outside.join(".")} is outside of the bundle's roots (${roots})` });
  const [first, ...others] = problems;
  if (first !== undefined) throw new UsageError([first, ...others]);
}

/** Base documents that lie below no root, the highest ones. */
function pathsOutside(
  document: RegoValue,
  path: readonly string[],
  manifest: BundleManifest,
): readonly (readonly string[])[] {
  if (manifest.roots.some((root) => isBelow(path, root))) return [];
  const leadsToRoot = manifest.roots.some((root) => isBelow(root, path));
  if (!leadsToRoot || !isObject(document)) return [path];
  return objectEntries(document).flatMap(([key, value]) => pathsOutside(value, [...path, keyText(key)], manifest));
}
