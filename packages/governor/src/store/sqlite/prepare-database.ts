import type { DatabaseSync } from "node:sqlite";
import { StoreError } from "../store-error.ts";
import { appliedVersion, checkCompatible, migrate, schemaVersion } from "./sqlite-migrations.ts";

/** "FBLY" in ASCII: what `file` and SQLite's own tools show, and how we know a database for ours. */
const applicationId = 0x46424c59;

/** Sets the connection up and brings the schema up to date; throws a `StoreError` where the file is not ours to use. */
export function prepareDatabase(db: DatabaseSync, readOnly: boolean): void {
  const found = numberPragma(db, "application_id");
  const isOurs = found === applicationId;
  const isEmpty = !isOurs && found === 0 && db.prepare("SELECT 1 FROM sqlite_schema").get() === undefined;
  if (!isOurs && !isEmpty) throw new StoreError("corrupt", "the file is a database of another application");
  db.exec("PRAGMA trusted_schema = OFF");
  if (readOnly) {
    if (appliedVersion(db) < schemaVersion) throw new StoreError("read_only", "the store's schema is not up to date");
    checkCompatible(db);
    return;
  }
  const mode = db.prepare("PRAGMA journal_mode = WAL").get();
  if (mode?.["journal_mode"] !== "wal") throw new StoreError("read_only", "the database cannot keep a write-ahead log");
  // fullfsync matters on macOS only, where fsync alone leaves the data in the drive's cache.
  db.exec("PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON");
  db.exec("BEGIN IMMEDIATE");
  try {
    db.exec(`PRAGMA application_id = ${applicationId}`);
    migrate(db, Date.now());
    db.exec("COMMIT");
  } catch (error) {
    db.exec("ROLLBACK");
    throw error;
  }
}

function numberPragma(db: DatabaseSync, name: "application_id"): number {
  return Number(db.prepare(`PRAGMA ${name}`).get()?.[name] ?? 0);
}
