import type { RegoValue } from "@flyball/engine/values";
import type { Output } from "../command.ts";
import { UsageError } from "../usage-error.ts";
import { parseDocument, parseJsonDocument } from "./documents.ts";
import { createFileReader, decodeText } from "./file-reader.ts";
import { DEFAULT_LIMITS, type SourceLimits } from "./source-limits.ts";

/** The input from a file, or from standard input (`stdin`); undefined is no input. Throws `UsageError`. */
export async function readInput(options: {
  readonly file: string | undefined;
  readonly stdin?: boolean;
  readonly output: Output;
  readonly limits?: SourceLimits;
}): Promise<RegoValue | undefined> {
  const { file, stdin = false, output } = options;
  if (stdin && file !== undefined)
    throw new UsageError("the input comes from a file (-i) or from standard input (-I), not both");
  if (stdin) return parseJsonDocument("standard input", decodeText("standard input", output.stdin()));
  if (file === undefined) return undefined;
  return await parseDocument(file, createFileReader(options.limits ?? DEFAULT_LIMITS).text(file, { special: true }));
}
