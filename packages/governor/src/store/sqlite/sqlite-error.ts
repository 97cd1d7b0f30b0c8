import { StoreError, type StoreErrorCode } from "../store-error.ts";

// Primary result codes of SQLite (sqlite.org/rescode.html); the extended code keeps the primary one in its low byte.
const codes: ReadonlyMap<number, StoreErrorCode> = new Map([
  [5, "locked"],
  [6, "locked"],
  [7, "io"],
  [8, "read_only"],
  [10, "io"],
  [11, "corrupt"],
  [13, "full"],
  [14, "io"],
  // The lock on the write-ahead log's index was lost to others too often in a row.
  [15, "locked"],
  [26, "corrupt"],
]);

/** What SQLite threw as a `StoreError`; anything that is not SQLite's is handed back as it came. */
export function sqliteError(thrown: unknown): unknown {
  if (!(thrown instanceof Error) || !("errcode" in thrown) || typeof thrown.errcode !== "number") return thrown;
  const code = codes.get(thrown.errcode & 0xff);
  return code === undefined
    ? thrown
    : new StoreError(code, `the database answers: ${thrown.message}`, { cause: thrown });
}
