import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { openPostgresStore } from "@flyball/governor/postgres";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { ask, type PostgresServer, postgresBinaries, startPostgres } from "../support/postgres-server.ts";
import { approvalSuite } from "./approval-suite.ts";
import { damageSuite } from "./damage-suite.ts";
import { deskSuite } from "./desk-suite.ts";

const racer = fileURLToPath(new URL("../support/racing-process.ts", import.meta.url));
const binaries = postgresBinaries();
let server: PostgresServer;
beforeAll(async () => {
  if (binaries !== undefined) server = await startPostgres(binaries);
});
afterAll(async () => {
  if (binaries !== undefined) await server.stop();
});

describe.skipIf(binaries === undefined)("with a real server", () => {
  async function open() {
    const connectionString = await server.database();
    const again = async () => {
      const store = await openPostgresStore({ connectionString, connections: 3 });
      onTestFinished(() => store.close());
      return store;
    };
    return { store: await again(), again, harm: (sql: string) => ask(connectionString, sql) };
  }

  deskSuite("PostgreSQL", open);
  approvalSuite("PostgreSQL", open);
  damageSuite("PostgreSQL", open);

  test("400 requests on one limit from two processes on one server: never above it", async () => {
    const address = await server.database();
    await (await openPostgresStore({ connectionString: address })).close();
    const run = (seed: string) =>
      promisify(execFile)(process.execPath, ["--conditions=flyball-source", racer, address, "200", seed]);
    const outcomes = (await Promise.all([run("1"), run("2")])).map(({ stdout }) => JSON.parse(stdout) as unknown);
    for (const each of outcomes)
      expect(Object.keys(each as object).sort()).toEqual(["executed", "refused: daily_limit"]);
    const rows = await ask(
      address,
      `SELECT sum(amount::numeric) <= 25000 AS within, sum(amount::numeric) > 24000 AS used,
         (SELECT committed::numeric = sum(amount::numeric) AND reserved = '0' FROM ledger_accounts
          WHERE dimension = 'trader') AS exact
       FROM ledger_entries WHERE dimension = 'trader' AND state = 'committed'`,
    );
    expect(rows).toEqual([{ within: true, used: true, exact: true }]);
  });
});
