import type { ClientBase } from "pg";
import { StoreError } from "../store-error.ts";
import { postgresMigrations } from "./postgres-schema.ts";
import { lockMigrations } from "./transaction-locks.ts";

/** Brings the database up to date; of many instances that start at once, one does and the others wait for it. */
export async function migratePostgres(client: ClientBase): Promise<void> {
  await client.query("BEGIN");
  try {
    await client.query(lockMigrations);
    await client.query(`CREATE TABLE IF NOT EXISTS schema_migrations (
      version BIGINT PRIMARY KEY, applied_at BIGINT NOT NULL, compatible_from BIGINT NOT NULL)`);
    const from = await compatibleVersion(client);
    for (const { version, compatibleFrom, sql } of postgresMigrations.slice(from)) {
      await client.query(sql);
      await client.query("INSERT INTO schema_migrations VALUES ($1, $2, $3)", [version, Date.now(), compatibleFrom]);
    }
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK").catch(() => {});
    throw error;
  }
}

/** Looks whether this release can read the database as it is; changes nothing. */
export async function checkPostgres(client: ClientBase): Promise<void> {
  const { rows } = await client.query<{ there: boolean }>(
    "SELECT to_regclass('schema_migrations') IS NOT NULL AS there",
  );
  const isOurs = rows[0]?.there === true;
  if (!isOurs || (await compatibleVersion(client)) < postgresMigrations.length) {
    throw new StoreError("read_only", "the store's schema is not up to date");
  }
}

/** The highest step that was applied. Throws where one of them asks for a release that knows it. */
async function compatibleVersion(client: ClientBase): Promise<number> {
  const known = postgresMigrations.length;
  const found = await client.query<{ version: string; required: string }>(`
    SELECT coalesce(max(version), 0) AS version, coalesce(max(compatible_from), 0) AS required
    FROM schema_migrations`);
  const version = Number(found.rows[0]?.version ?? 0);
  if (version > known && Number(found.rows[0]?.required ?? 0) > known) {
    const text = `the store has schema ${version}, this release knows up to ${known}`;
    throw new StoreError("schema_newer", `${text}; start a newer release`);
  }
  return version;
}
