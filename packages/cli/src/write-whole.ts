import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { reasonOf } from "./sources/file-reader.ts";
import { UsageError } from "./usage-error.ts";

/** A reader of the file sees the old content or the new one, never a part. Throws `UsageError`. */
export function writeWhole(path: string, content: Uint8Array | string): void {
  const draft = `${path}.${process.pid}.tmp`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(draft, content);
    renameSync(draft, path);
  } catch (error) {
    removeDraft(draft);
    throw new UsageError([{ file: path, message: `cannot be written: ${reasonOf(error)}` }]);
  }
}

/** It may never have come to be. */
function removeDraft(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // What stood in the way of writing stands in the way of this.
  }
}
