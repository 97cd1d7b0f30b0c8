// The schema as a list of steps, as for SQLite. Each is applied once, under a lock, in one transaction with its own entry in the
// list. A step that was released is never edited. `compatibleFrom` is the oldest release, by its own highest step, that may
// go on with the store after this step: additive steps leave it as it is, and two releases run side by side.

export interface PostgresMigration {
  readonly version: number;
  readonly compatibleFrom: number;
  readonly sql: string;
}

export const postgresMigrations: readonly PostgresMigration[] = [
  {
    version: 1,
    compatibleFrom: 1,
    sql: `
      CREATE TABLE decisions (
        seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        tenant TEXT NOT NULL, issuer TEXT NOT NULL, subject TEXT NOT NULL, id TEXT NOT NULL,
        role TEXT NOT NULL, session TEXT NOT NULL, tool TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('action', 'check')),
        effect TEXT NOT NULL CHECK (effect IN ('ALLOW', 'DENY', 'MANUAL_REVIEW')),
        cause TEXT NOT NULL CHECK (cause IN ('policy', 'governor')),
        reasons TEXT NOT NULL, obligations TEXT NOT NULL,
        policy_digest TEXT, entrypoint TEXT, decided_at TEXT NOT NULL,
        action_id TEXT, action_digest TEXT, input TEXT NOT NULL,
        duration_ns BIGINT NOT NULL, governor_version TEXT NOT NULL, provenance TEXT,
        UNIQUE (tenant, issuer, subject, id)
      );
      CREATE UNIQUE INDEX decisions_by_id ON decisions (tenant, id);
      CREATE INDEX decisions_by_age ON decisions (tenant, seq);
      CREATE INDEX decisions_by_person ON decisions (tenant, issuer, subject, seq);

      CREATE TABLE actions (
        tenant TEXT NOT NULL, issuer TEXT NOT NULL, subject TEXT NOT NULL, id TEXT NOT NULL,
        role TEXT NOT NULL, session TEXT NOT NULL, tool TEXT NOT NULL,
        arguments TEXT NOT NULL, digest TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('refused', 'suspended', 'executing', 'executed', 'failed', 'unknown')),
        version BIGINT NOT NULL, decision_id TEXT NOT NULL,
        result TEXT, error TEXT, created_at BIGINT NOT NULL, changed_at BIGINT NOT NULL,
        PRIMARY KEY (tenant, issuer, subject, id),
        FOREIGN KEY (tenant, issuer, subject, decision_id) REFERENCES decisions (tenant, issuer, subject, id)
      );
      CREATE INDEX actions_by_id ON actions (tenant, id);
      CREATE INDEX actions_by_tool ON actions (tenant, tool, state, created_at);
      CREATE INDEX actions_unsettled ON actions (changed_at) WHERE state IN ('executing', 'unknown');

      CREATE TABLE idempotency_keys (
        tenant TEXT NOT NULL, issuer TEXT NOT NULL, subject TEXT NOT NULL, key TEXT NOT NULL,
        action_id TEXT NOT NULL,
        PRIMARY KEY (tenant, issuer, subject, key),
        FOREIGN KEY (tenant, issuer, subject, action_id) REFERENCES actions (tenant, issuer, subject, id)
      );

      CREATE TABLE reviews (
        tenant TEXT NOT NULL, issuer TEXT NOT NULL, subject TEXT NOT NULL, id TEXT NOT NULL,
        seq BIGINT NOT NULL, action_id TEXT NOT NULL, decision_id TEXT,
        state TEXT NOT NULL CHECK (state IN ('pending', 'approved', 'rejected', 'expired')),
        created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL,
        by_tenant TEXT, by_issuer TEXT, by_subject TEXT, by_role TEXT, reason TEXT, closed_at BIGINT,
        variation TEXT, used_by TEXT,
        PRIMARY KEY (tenant, issuer, subject, id),
        FOREIGN KEY (tenant, issuer, subject, action_id) REFERENCES actions (tenant, issuer, subject, id)
      );
      CREATE UNIQUE INDEX reviews_by_id ON reviews (tenant, id);
      CREATE INDEX reviews_by_action ON reviews (tenant, issuer, subject, action_id);
      CREATE UNIQUE INDEX reviews_pending ON reviews (tenant, issuer, subject, action_id) WHERE state = 'pending';
      CREATE UNIQUE INDEX reviews_by_age ON reviews (tenant, seq);
      CREATE INDEX reviews_by_expiry ON reviews (expires_at) WHERE state = 'pending';

      CREATE TABLE ledger_accounts (
        tenant TEXT NOT NULL, dimension TEXT NOT NULL, name TEXT NOT NULL, day TEXT NOT NULL,
        committed TEXT NOT NULL, reserved TEXT NOT NULL, version BIGINT NOT NULL,
        PRIMARY KEY (tenant, dimension, name, day)
      );
      CREATE INDEX ledger_accounts_by_day ON ledger_accounts (tenant, day);
      CREATE TABLE ledger_entries (
        tenant TEXT NOT NULL, issuer TEXT NOT NULL, subject TEXT NOT NULL, action_id TEXT NOT NULL,
        dimension TEXT NOT NULL, name TEXT NOT NULL, day TEXT NOT NULL, amount TEXT NOT NULL, filled TEXT,
        state TEXT NOT NULL CHECK (state IN ('reserved', 'committed', 'released')),
        PRIMARY KEY (tenant, issuer, subject, action_id, dimension),
        FOREIGN KEY (tenant, issuer, subject, action_id) REFERENCES actions (tenant, issuer, subject, id)
      );

      CREATE TABLE halt_versions (tenant TEXT PRIMARY KEY, version BIGINT NOT NULL);
      INSERT INTO halt_versions (tenant, version) VALUES ('', 1);
      CREATE TABLE halts (
        tenant TEXT NOT NULL, scope TEXT NOT NULL, scope_json TEXT NOT NULL,
        by_tenant TEXT NOT NULL, by_issuer TEXT NOT NULL, by_subject TEXT NOT NULL, by_role TEXT NOT NULL,
        reason TEXT NOT NULL, at BIGINT NOT NULL,
        PRIMARY KEY (tenant, scope)
      );
      CREATE TABLE halt_events (
        seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, event TEXT NOT NULL CHECK (event IN ('put', 'lifted')),
        tenant TEXT NOT NULL, scope_json TEXT NOT NULL,
        by_tenant TEXT NOT NULL, by_issuer TEXT NOT NULL, by_subject TEXT NOT NULL, by_role TEXT NOT NULL,
        reason TEXT NOT NULL, at BIGINT NOT NULL
      );
      CREATE INDEX halt_events_by_tenant ON halt_events (tenant, seq);

      CREATE TABLE artifacts (
        digest TEXT PRIMARY KEY, kind TEXT NOT NULL, bytes BYTEA NOT NULL, kept_at BIGINT NOT NULL
      );
    `,
  },
  {
    version: 2,
    compatibleFrom: 1,
    sql: `
      ALTER TABLE decisions ADD COLUMN agent TEXT;
      ALTER TABLE actions ADD COLUMN agent TEXT;
    `,
  },
  {
    version: 3,
    compatibleFrom: 1,
    sql: `
      CREATE TABLE chat_sessions (
        tenant TEXT NOT NULL, issuer TEXT NOT NULL, subject TEXT NOT NULL, id TEXT NOT NULL,
        turns BIGINT NOT NULL, turn TEXT, turn_until BIGINT, created_at BIGINT NOT NULL, changed_at BIGINT NOT NULL,
        PRIMARY KEY (tenant, issuer, subject, id)
      );
      CREATE TABLE chat_entries (
        tenant TEXT NOT NULL, issuer TEXT NOT NULL, subject TEXT NOT NULL, session TEXT NOT NULL, seq BIGINT NOT NULL,
        turn TEXT NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL, at BIGINT NOT NULL,
        PRIMARY KEY (tenant, issuer, subject, session, seq),
        FOREIGN KEY (tenant, issuer, subject, session) REFERENCES chat_sessions (tenant, issuer, subject, id)
      );
    `,
  },
  {
    version: 4,
    compatibleFrom: 1,
    sql: `
      ALTER TABLE actions ADD COLUMN client TEXT NOT NULL DEFAULT '';
      CREATE INDEX actions_by_client ON actions (tenant, tool, client, state, created_at);
    `,
  },
];
