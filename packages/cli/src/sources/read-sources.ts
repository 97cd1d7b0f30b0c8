import { basename } from "node:path";
import { isObject, type RegoValue } from "@flyball/engine/values";
import { type Problem, UsageError } from "../usage-error.ts";
import { mergeDocuments, parseDocument, rootedAt } from "./documents.ts";
import { createFileReader, type FileReader } from "./file-reader.ts";
import { type FoundFile, findFiles } from "./find-files.ts";
import { DEFAULT_LIMITS, type SourceLimits } from "./source-limits.ts";

export interface Sources {
  /** Rego text by path as given; modules of a bundle by the bundle's path and their own. */
  readonly modules: Readonly<Record<string, string>>;
  /** The base documents of all data files, merged; undefined where there was no data file. */
  readonly data: RegoValue | undefined;
  /** Of modules whose bundle says which Rego they are written in. */
  readonly regoVersions: ReadonlyMap<string, 0 | 1>;
}

export interface ReadOptions {
  /** Whether data files are read; else they are passed over. */
  readonly data: boolean;
  /** Whether Rego is read. Default true. */
  readonly modules?: boolean;
  /** Bundles, as archives or as folders. */
  readonly bundles?: readonly string[];
  readonly limits?: SourceLimits;
}

interface Gathered {
  readonly modules: Record<string, string>;
  data: RegoValue | undefined;
  readonly regoVersions: Map<string, 0 | 1>;
}

/** Reads Rego modules, data files and OPA bundles at and below the given paths. All that cannot be read is told at once, in one `UsageError`. */
export async function readSources(paths: readonly string[], options: ReadOptions): Promise<Sources> {
  const reader = createFileReader(options.limits ?? DEFAULT_LIMITS);
  const gathered: Gathered = { modules: {}, data: undefined, regoVersions: new Map() };
  const problems: Problem[] = [];
  const collect = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      problems.push(...error.problems);
    }
  };
  for (const path of paths)
    await collect(async () => {
      for (const file of findFiles(path)) await collect(() => readOne(file, { reader, gathered, options }));
    });
  for (const path of options.bundles ?? [])
    await collect(() => readOne({ path, kind: "bundle", folders: [] }, { reader, gathered, options }));
  const [first, ...others] = problems;
  if (first !== undefined) throw new UsageError([first, ...others]);
  return gathered;
}

async function readOne(
  { path, kind, folders }: FoundFile,
  {
    reader,
    gathered,
    options,
  }: { readonly reader: FileReader; readonly gathered: Gathered; readonly options: ReadOptions },
): Promise<void> {
  if (kind === "bundle") {
    const { readBundle } = await import("../bundle/read-bundle.ts");
    const { modules, data, regoVersions } = await readBundle(path, reader);
    if (options.modules !== false) Object.assign(gathered.modules, modules);
    for (const [file, version] of regoVersions) gathered.regoVersions.set(file, version);
    if (options.data && data !== undefined) gathered.data = mergeDocuments(gathered.data, data, path);
  } else if (kind === "module") {
    if (options.modules !== false) gathered.modules[path] = reader.moduleText(path, reader.bytes(path));
  } else if (options.data) {
    const document = await parseDocument(path, reader.text(path));
    if (!isObject(document) && folders.length === 0)
      throw new UsageError([
        { file: path, message: `${basename(path)} must hold an object: its members become members of data` },
      ]);
    gathered.data = mergeDocuments(gathered.data, rootedAt(folders, document), path);
  }
}
