import { basename, extname } from "node:path";
import type { SourceModules } from "@flyball/compiler";
import { parseDocument } from "./documents.ts";
import { createFileReader } from "./file-reader.ts";
import { findFiles } from "./find-files.ts";
import type { SourceLimits } from "./source-limits.ts";

export interface SchemaFlag {
  readonly schema: string | undefined;
}

export const SCHEMA_FLAG: {
  readonly type: "string";
  readonly short: string;
  readonly value: string;
  readonly help: string;
} = {
  type: "string",
  short: "s",
  value: "PATH",
  help: "JSON Schemas for the type checker: a file for the input, or a folder that METADATA refers to",
};

/**
 * The compiler's option for `--schema`, as OPA takes the flag: one file is the schema of the input everywhere; the files below a folder are what annotations name: `pods/v1.json` is `schema.pods.v1`. Throws
 * `UsageError`.
 */
export async function schemaOptions(
  { schema: path }: SchemaFlag,
  limits: SourceLimits,
): Promise<Pick<SourceModules, "schemas">> {
  if (path === undefined) return {};
  const reader = createFileReader(limits);
  const schemas: Record<string, Awaited<ReturnType<typeof parseDocument>>> = Object.create(null);
  const files = findFiles(path).filter(({ kind }) => kind === "document");
  for (const file of files) {
    const name = basename(file.path, extname(file.path));
    const isWhole = file.path === path || `file://${file.path}` === path;
    schemas[isWhole ? "" : [...file.folders, name].join("/")] = await parseDocument(file.path, reader.text(file.path));
  }
  return { schemas };
}
