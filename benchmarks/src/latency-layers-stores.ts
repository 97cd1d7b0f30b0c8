// The stores that latencies are measured on. In: nothing, or the address of an empty PostgreSQL database in DATABASE_URL. Out: for
// each store a way to open it, as often as a figure needs one.

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Store } from "@flyball/governor";
import { openPostgresStore } from "@flyball/governor/postgres";
import { openSqliteStore } from "@flyball/governor/sqlite";

export interface OpenedStore {
  readonly store: Store;
  /** Where another process finds the same store. */
  readonly location: string;
  readonly close: () => Promise<void>;
}

export interface NamedStore {
  readonly name: string;
  readonly version: string;
  /** SQLite: a new file. PostgreSQL: the one database, with what it holds already. */
  readonly open: () => Promise<OpenedStore>;
}

export function stores(): readonly NamedStore[] {
  const sqlite = {
    name: "SQLite",
    version: process.versions["sqlite"] ?? "unknown",
    open: () => {
      const folder = mkdtempSync(path.join(tmpdir(), "flyball-layers-"));
      const location = path.join(folder, "governor.sqlite");
      const store = openSqliteStore({ path: location });
      const close = async () => {
        await store.close();
        rmSync(folder, { recursive: true, force: true });
      };
      return Promise.resolve({ store, location, close });
    },
  };
  const { DATABASE_URL: connectionString } = process.env;
  if (connectionString === undefined) {
    process.stderr.write(
      "latency-layers: DATABASE_URL names no empty database: PostgreSQL is NOT measured in this run.\n",
    );
    return [sqlite];
  }
  const postgres = {
    name: "PostgreSQL",
    version: serverVersion(connectionString),
    open: async () => {
      const store = await openPostgresStore({ connectionString });
      return { store, location: connectionString, close: () => store.close() };
    },
  };
  return [sqlite, postgres];
}

/** Another process's way to a store that is open here. */
export function openAt(location: string): Promise<Store> | Store {
  return location.startsWith("postgres")
    ? openPostgresStore({ connectionString: location })
    : openSqliteStore({ path: location });
}

function serverVersion(connectionString: string): string {
  try {
    return execFileSync("psql", ["-X", "-A", "-t", "-d", connectionString, "-c", "SHOW server_version"], {
      encoding: "utf8",
    }).trim();
  } catch {
    return "unknown";
  }
}
