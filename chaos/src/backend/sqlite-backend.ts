import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type Backend, readTables, type StoreTables } from "./backend.ts";

export function sqliteBackend(folder: string): Backend {
  const file = path.join(folder, "governor.sqlite");
  return Object.freeze({
    name: "SQLite",
    location: file,
    readTables: () => readFile(file),
    restart: undefined,
    close: () => Promise.resolve(),
  });
}

function readFile(file: string): StoreTables {
  const db = new DatabaseSync(file, { readOnly: true });
  const query = (sql: string) => db.prepare(sql).all();
  try {
    const integrity = query("PRAGMA integrity_check").map((row) => String(row["integrity_check"]));
    const dangling = query("PRAGMA foreign_key_check").map((row) => JSON.stringify(row));
    return { ...readTables(query), damage: [...integrity.filter((line) => line !== "ok"), ...dangling] };
  } finally {
    db.close();
  }
}
