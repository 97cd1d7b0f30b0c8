// The schema as a list of steps, each applied once, in order, in one transaction with its own entry in the list of
// applied steps. A step that was released is never edited; the next change is the next step. Additive steps let the
// previous release run beside the new one.

import type { DatabaseSync } from "node:sqlite";
import { StoreError } from "../store-error.ts";

interface Migration {
  readonly version: number;
  readonly sql: string;
}

const migrations: readonly Migration[] = [
  {
    version: 1,
    sql: `
      CREATE TABLE decisions (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        tenant TEXT NOT NULL, issuer TEXT NOT NULL, subject TEXT NOT NULL, id TEXT NOT NULL,
        role TEXT NOT NULL, session TEXT NOT NULL, tool TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('action', 'check')),
        effect TEXT NOT NULL CHECK (effect IN ('ALLOW', 'DENY', 'MANUAL_REVIEW')),
        cause TEXT NOT NULL CHECK (cause IN ('policy', 'governor')),
        reasons TEXT NOT NULL, obligations TEXT NOT NULL,
        policy_digest TEXT, entrypoint TEXT, decided_at TEXT NOT NULL,
        action_id TEXT, action_digest TEXT, input TEXT NOT NULL,
        duration_ns INTEGER NOT NULL, governor_version TEXT NOT NULL,
        UNIQUE (tenant, issuer, subject, id)
      ) STRICT;
      CREATE UNIQUE INDEX decisions_by_id ON decisions (tenant, id);
      CREATE INDEX decisions_by_age ON decisions (tenant, seq);
      CREATE INDEX decisions_by_person ON decisions (tenant, issuer, subject, seq);

      CREATE TABLE actions (
        tenant TEXT NOT NULL, issuer TEXT NOT NULL, subject TEXT NOT NULL, id TEXT NOT NULL,
        role TEXT NOT NULL, session TEXT NOT NULL, tool TEXT NOT NULL,
        arguments TEXT NOT NULL, digest TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('refused', 'suspended', 'executing', 'executed', 'failed', 'unknown')),
        version INTEGER NOT NULL, decision_id TEXT NOT NULL,
        result TEXT, error TEXT, created_at INTEGER NOT NULL, changed_at INTEGER NOT NULL,
        PRIMARY KEY (tenant, issuer, subject, id),
        FOREIGN KEY (tenant, issuer, subject, decision_id) REFERENCES decisions (tenant, issuer, subject, id)
      ) STRICT;
      CREATE INDEX actions_by_tool ON actions (tenant, tool, state, created_at);

      CREATE TABLE idempotency_keys (
        tenant TEXT NOT NULL, issuer TEXT NOT NULL, subject TEXT NOT NULL, key TEXT NOT NULL,
        action_id TEXT NOT NULL,
        PRIMARY KEY (tenant, issuer, subject, key),
        FOREIGN KEY (tenant, issuer, subject, action_id) REFERENCES actions (tenant, issuer, subject, id)
      ) STRICT;

      CREATE TABLE reviews (
        tenant TEXT NOT NULL, issuer TEXT NOT NULL, subject TEXT NOT NULL, id TEXT NOT NULL,
        action_id TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('pending')),
        created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
        PRIMARY KEY (tenant, issuer, subject, id),
        FOREIGN KEY (tenant, issuer, subject, action_id) REFERENCES actions (tenant, issuer, subject, id)
      ) STRICT;
      CREATE UNIQUE INDEX reviews_by_id ON reviews (tenant, id);
      CREATE INDEX reviews_by_action ON reviews (tenant, issuer, subject, action_id);
    `,
  },
];

export const schemaVersion: number = migrations.length;

/** The highest step applied to this database, 0 for an empty one. */
export function appliedVersion(db: DatabaseSync): number {
  const table = db.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'schema_migrations'").get();
  if (table === undefined) return 0;
  const row = db.prepare("SELECT max(version) AS version FROM schema_migrations").get();
  return Number(row?.["version"] ?? 0);
}

/** Brings an open database up to date. Must run inside a write transaction. */
export function migrate(db: DatabaseSync, now: number): void {
  const from = appliedVersion(db);
  if (from > schemaVersion) {
    const found = `the store has schema ${from}, this release knows up to ${schemaVersion}`;
    throw new StoreError("schema_newer", `${found}; start a newer release`);
  }
  db.exec(
    `CREATE TABLE IF NOT EXISTS schema_migrations (version INTEGER PRIMARY KEY, applied_at INTEGER NOT NULL) STRICT`,
  );
  const applied = db.prepare("INSERT INTO schema_migrations (version, applied_at) VALUES (?, ?)");
  for (const { version, sql } of migrations.slice(from)) {
    db.exec(sql);
    applied.run(version, now);
  }
}
