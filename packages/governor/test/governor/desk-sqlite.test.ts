import { openSqliteStore } from "@flyball/governor/sqlite";
import { onTestFinished } from "vitest";
import { temporaryStore } from "../support/test-governor.ts";
import { deskSuite } from "./desk-suite.ts";

deskSuite("SQLite", async () => {
  const { store, file } = temporaryStore();
  const again = async () => {
    const other = openSqliteStore({ path: file });
    onTestFinished(() => other.close());
    return await Promise.resolve(other);
  };
  return await Promise.resolve({ store, again });
});
