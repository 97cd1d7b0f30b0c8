import { chmodSync, closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { StoreError } from "../store-error.ts";
import { prepareDatabase } from "./prepare-database.ts";
import { sqliteError } from "./sqlite-error.ts";

export interface SqliteBackup {
  /** The store's file; services may be using it. */
  readonly from: string;
  /** A file that is not there yet. It appears when it is whole, checked and on disk, readable by its owner only. */
  readonly to: string;
}

/**
 * Copies a store as it is at one moment, while services go on committing to it: they neither wait nor fail. The copy is a
 * store that can be opened; restoring is putting it in the place of the file of a service that is stopped. Synchronous, and
 * as long as the file is large: call it in a process of its own. Throws a `StoreError` and leaves nothing behind.
 */
export function backUpSqliteStore({ from, to }: SqliteBackup): { readonly bytes: number } {
  if (existsSync(to)) throw new StoreError("io", `${to} is there already`);
  const unfinished = `${to}.unfinished`;
  rmSync(unfinished, { force: true });
  try {
    copyAtOneMoment(from, unfinished);
    checkCopy(unfinished);
    flush(unfinished);
    renameSync(unfinished, to);
    flush(path.dirname(to));
    return { bytes: statSync(to).size };
  } catch (thrown) {
    rmSync(unfinished, { force: true });
    const error = sqliteError(thrown);
    if (error instanceof StoreError) throw error;
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    throw new StoreError("io", `${from} could not be copied to ${to}: ${reason}`, { cause: thrown });
  }
}

function copyAtOneMoment(from: string, to: string): void {
  const source = new DatabaseSync(from, { readOnly: true, timeout: 2_000 });
  try {
    prepareDatabase(source, true);
    source.prepare("VACUUM INTO ?").run(to);
    chmodSync(to, 0o600);
  } finally {
    source.close();
  }
}

/** What a restore must be able to rely on is looked at now, not on the day of the restore. */
function checkCopy(file: string): void {
  const copy = new DatabaseSync(file, { readOnly: true });
  try {
    prepareDatabase(copy, true);
    const found = copy.prepare("PRAGMA integrity_check(1)").get()?.["integrity_check"];
    if (found !== "ok") throw new StoreError("corrupt", `the copy is damaged: ${String(found)}`);
    if (copy.prepare("PRAGMA foreign_key_check").get() !== undefined) {
      throw new StoreError("corrupt", "the copy holds rows without those that they belong to");
    }
  } finally {
    copy.close();
  }
}

function flush(file: string): void {
  const opened = openSync(file, "r");
  try {
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
}
