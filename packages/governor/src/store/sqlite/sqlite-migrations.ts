// The schema as a list of steps, each applied once, in order, in one transaction with its own entry in the list of
// applied steps. A step that was released is never edited; the next change is the next step. Additive steps let the
// previous release run beside the new one.

import type { DatabaseSync } from "node:sqlite";
import { StoreError } from "../store-error.ts";

interface Migration {
  readonly version: number;
  /** The oldest release, by its own highest step, that may go on with the store after this step. */
  readonly compatibleFrom: number;
  readonly sql: string;
}

const migrations: readonly Migration[] = [
  {
    version: 1,
    compatibleFrom: 1,
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
  {
    version: 2,
    // A release that knows no halts and no ledger must not go on beside one that does.
    compatibleFrom: 2,
    sql: `
      ALTER TABLE schema_migrations ADD COLUMN compatible_from INTEGER;
      ALTER TABLE decisions ADD COLUMN provenance TEXT;
      CREATE INDEX actions_by_id ON actions (tenant, id);
      CREATE INDEX actions_by_age ON actions (tenant, tool, created_at);
      CREATE INDEX actions_unsettled ON actions (changed_at) WHERE state IN ('executing', 'unknown');

      CREATE TABLE reviews_2 (
        tenant TEXT NOT NULL, issuer TEXT NOT NULL, subject TEXT NOT NULL, id TEXT NOT NULL,
        seq INTEGER NOT NULL DEFAULT 0, action_id TEXT NOT NULL, decision_id TEXT,
        state TEXT NOT NULL CHECK (state IN ('pending', 'approved', 'rejected', 'expired')),
        created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
        by_tenant TEXT, by_issuer TEXT, by_subject TEXT, by_role TEXT, reason TEXT, closed_at INTEGER,
        variation TEXT, used_by TEXT,
        PRIMARY KEY (tenant, issuer, subject, id),
        FOREIGN KEY (tenant, issuer, subject, action_id) REFERENCES actions (tenant, issuer, subject, id)
      ) STRICT;
      INSERT INTO reviews_2 (tenant, issuer, subject, id, seq, action_id, state, created_at, expires_at)
        SELECT tenant, issuer, subject, id, rowid, action_id, state, created_at, expires_at FROM reviews;
      DROP TABLE reviews;
      ALTER TABLE reviews_2 RENAME TO reviews;
      CREATE UNIQUE INDEX reviews_by_id ON reviews (tenant, id);
      CREATE INDEX reviews_by_action ON reviews (tenant, issuer, subject, action_id);
      CREATE UNIQUE INDEX reviews_pending ON reviews (tenant, issuer, subject, action_id) WHERE state = 'pending';
      CREATE INDEX reviews_by_age ON reviews (tenant, seq);
      CREATE INDEX reviews_by_expiry ON reviews (expires_at) WHERE state = 'pending';

      CREATE TABLE ledger_accounts (
        tenant TEXT NOT NULL, dimension TEXT NOT NULL, name TEXT NOT NULL, day TEXT NOT NULL,
        committed TEXT NOT NULL, reserved TEXT NOT NULL, version INTEGER NOT NULL,
        PRIMARY KEY (tenant, dimension, name, day)
      ) STRICT;
      CREATE INDEX ledger_accounts_by_day ON ledger_accounts (tenant, day);
      CREATE TABLE ledger_entries (
        tenant TEXT NOT NULL, issuer TEXT NOT NULL, subject TEXT NOT NULL, action_id TEXT NOT NULL,
        dimension TEXT NOT NULL, name TEXT NOT NULL, day TEXT NOT NULL, amount TEXT NOT NULL, filled TEXT,
        state TEXT NOT NULL CHECK (state IN ('reserved', 'committed', 'released')),
        PRIMARY KEY (tenant, issuer, subject, action_id, dimension),
        FOREIGN KEY (tenant, issuer, subject, action_id) REFERENCES actions (tenant, issuer, subject, id)
      ) STRICT;

      CREATE TABLE halt_versions (tenant TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT;
      INSERT INTO halt_versions (tenant, version) VALUES ('', 1);
      CREATE TABLE halts (
        tenant TEXT NOT NULL, scope TEXT NOT NULL, scope_json TEXT NOT NULL,
        by_tenant TEXT NOT NULL, by_issuer TEXT NOT NULL, by_subject TEXT NOT NULL, by_role TEXT NOT NULL,
        reason TEXT NOT NULL, at INTEGER NOT NULL,
        PRIMARY KEY (tenant, scope)
      ) STRICT;
      CREATE TABLE halt_events (
        seq INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL CHECK (event IN ('put', 'lifted')),
        tenant TEXT NOT NULL, scope_json TEXT NOT NULL,
        by_tenant TEXT NOT NULL, by_issuer TEXT NOT NULL, by_subject TEXT NOT NULL, by_role TEXT NOT NULL,
        reason TEXT NOT NULL, at INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX halt_events_by_tenant ON halt_events (tenant, seq);

      CREATE TABLE artifacts (
        digest TEXT PRIMARY KEY, kind TEXT NOT NULL, bytes BLOB NOT NULL, kept_at INTEGER NOT NULL
      ) STRICT;
    `,
  },
  {
    version: 3,
    compatibleFrom: 2,
    sql: `
      ALTER TABLE decisions ADD COLUMN agent TEXT;
      ALTER TABLE actions ADD COLUMN agent TEXT;
    `,
  },
  {
    version: 4,
    compatibleFrom: 3,
    sql: `
      CREATE TABLE chat_sessions (
        tenant TEXT NOT NULL, issuer TEXT NOT NULL, subject TEXT NOT NULL, id TEXT NOT NULL,
        turns INTEGER NOT NULL, turn TEXT, turn_until INTEGER, created_at INTEGER NOT NULL, changed_at INTEGER NOT NULL,
        PRIMARY KEY (tenant, issuer, subject, id)
      ) STRICT;
      CREATE TABLE chat_entries (
        tenant TEXT NOT NULL, issuer TEXT NOT NULL, subject TEXT NOT NULL, session TEXT NOT NULL, seq INTEGER NOT NULL,
        turn TEXT NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL, at INTEGER NOT NULL,
        PRIMARY KEY (tenant, issuer, subject, session, seq),
        FOREIGN KEY (tenant, issuer, subject, session) REFERENCES chat_sessions (tenant, issuer, subject, id)
      ) STRICT;
    `,
  },
  {
    version: 5,
    compatibleFrom: 3,
    sql: `
      ALTER TABLE actions ADD COLUMN client TEXT NOT NULL DEFAULT '';
      CREATE INDEX actions_by_client ON actions (tenant, tool, client, state, created_at);
      DROP INDEX actions_by_age;
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

/** The highest step that asks for a release which knows it, 0 where any release may go on with the store. */
function requiredVersion(db: DatabaseSync): number {
  const row = db.prepare("SELECT max(coalesce(compatible_from, version)) AS required FROM schema_migrations").get();
  return Number(row?.["required"] ?? 0);
}

/** Throws where the store was brought to a step that this release cannot work with. */
export function checkCompatible(db: DatabaseSync): void {
  const from = appliedVersion(db);
  if (from <= schemaVersion || requiredVersion(db) <= schemaVersion) return;
  const found = `the store has schema ${from}, this release knows up to ${schemaVersion}`;
  throw new StoreError("schema_newer", `${found}; start a newer release`);
}

/** Brings an open database up to date. Must run inside a write transaction. */
export function migrate(db: DatabaseSync, now: number): void {
  checkCompatible(db);
  db.exec(
    `CREATE TABLE IF NOT EXISTS schema_migrations (version INTEGER PRIMARY KEY, applied_at INTEGER NOT NULL) STRICT`,
  );
  for (const { version, compatibleFrom, sql } of migrations.slice(appliedVersion(db))) {
    db.exec(sql);
    db.prepare("INSERT INTO schema_migrations (version, applied_at) VALUES (?, ?)").run(version, now);
    if (version < 2) continue;
    db.prepare("UPDATE schema_migrations SET compatible_from = ? WHERE version = ?").run(compatibleFrom, version);
  }
}
