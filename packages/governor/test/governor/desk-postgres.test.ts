import { openPostgresStore } from "@flyball/governor/postgres";
import { afterAll, beforeAll, describe, onTestFinished, test } from "vitest";
import { ask, type PostgresServer, postgresBinaries, startPostgres } from "../support/postgres-server.ts";
import { approvalSuite } from "./approval-suite.ts";
import { damageSuite } from "./damage-suite.ts";
import { deskSuite } from "./desk-suite.ts";
import { expectNoLostRace } from "./race.ts";

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
    return {
      location: connectionString,
      store: await again(),
      again,
      harm: (sql: string) => ask(connectionString, sql),
    };
  }

  deskSuite("PostgreSQL", open);
  approvalSuite("PostgreSQL", open);
  damageSuite("PostgreSQL", open);

  // The whole race takes most of a minute: FLYBALL_RACE=10000.
  const requests = Number(process.env["FLYBALL_RACE"] ?? 1_000);
  test(`${requests} requests on one limit from two processes: never above it, and each refusal proves that it had to be`, {
    timeout: 240_000,
  }, async () => {
    const { location, store } = await open();
    await expectNoLostRace({ location, store, requests, ask: (sql) => ask(location, sql) });
  });
});
