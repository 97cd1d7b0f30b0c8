import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { openSqliteStore } from "@flyball/governor/sqlite";
import { onTestFinished, test } from "vitest";
import { temporaryFolder } from "../support/test-governor.ts";
import { expectNoLostRace } from "./race.ts";

test("10,000 requests on one limit from two processes: never above it, and each refusal proves that it had to be", {
  timeout: 240_000,
}, async () => {
  const location = path.join(temporaryFolder(), "races.sqlite");
  const store = openSqliteStore({ path: location });
  const db = new DatabaseSync(location, { readOnly: true });
  onTestFinished(async () => {
    db.close();
    await store.close();
  });
  await expectNoLostRace({ location, store, requests: 10_000, ask: async (sql) => db.prepare(sql).all() });
});
