import { type BigIntStats, statSync } from "node:fs";
import { StoreError } from "../store-error.ts";

/** Looks whether the files of an open database are still where they were. */
export interface FileWatch {
  /** Throws a `StoreError` "io" where one was deleted, moved away or replaced. */
  readonly check: () => void;
}

/**
 * SQLite goes on writing into a file that was deleted or moved: whatever it commits there, nobody finds again. So what was
 * committed counts only while the path still leads to the file that was opened. A file that comes back is used again.
 */
export function watchFiles(file: string): FileWatch {
  const opened = [file, `${file}-wal`].map((path) => ({ path, stats: statsOf(path) }));
  return {
    check: () => {
      for (const { path, stats } of opened) {
        if (stats === undefined) continue;
        const now = statsOf(path);
        if (now?.ino === stats.ino && now.dev === stats.dev) continue;
        const what = now === undefined ? "is gone" : "was replaced";
        throw new StoreError("io", `${path} ${what} while the store was open; put it back, or start again`);
      }
    },
  };
}

function statsOf(path: string): BigIntStats | undefined {
  return statSync(path, { bigint: true, throwIfNoEntry: false });
}
