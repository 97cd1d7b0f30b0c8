import { DatabaseSync } from "node:sqlite";
import { openSqliteStore } from "@flyball/governor/sqlite";
import { onTestFinished } from "vitest";
import { temporaryStore } from "../support/test-governor.ts";
import { approvalSuite } from "./approval-suite.ts";
import { damageSuite } from "./damage-suite.ts";
import { deskSuite } from "./desk-suite.ts";

async function open() {
  const { store, file } = temporaryStore();
  const again = async () => {
    const other = openSqliteStore({ path: file });
    onTestFinished(() => other.close());
    return await Promise.resolve(other);
  };
  const harm = async (sql: string) => {
    const db = new DatabaseSync(file);
    try {
      await Promise.resolve(db.exec(sql));
    } finally {
      db.close();
    }
  };
  return await Promise.resolve({ store, again, harm });
}

deskSuite("SQLite", open);
approvalSuite("SQLite", open);
damageSuite("SQLite", open);
