import type { DatabaseSync, StatementSync } from "node:sqlite";

const actionColumns = `
  a.tenant, a.issuer, a.subject, a.role, a.id, a.session, a.tool, a.arguments, a.digest, a.state, a.version,
  a.decision_id, a.result, a.error, a.created_at, r.id AS review_id, r.expires_at AS review_expires_at`;

const reviewOfAction = `
  LEFT JOIN reviews r
    ON r.tenant = a.tenant AND r.issuer = a.issuer AND r.subject = a.subject AND r.action_id = a.id`;

type StatementName =
  | "insertDecision"
  | "insertAction"
  | "insertKey"
  | "insertReview"
  | "settleAction"
  | "findKey"
  | "listActions"
  | "readDecision"
  | "listDecisions"
  | "listOwnDecisions"
  | "readReview"
  | "probe";

const sources: Readonly<Record<StatementName, string>> = {
  insertDecision: `
    INSERT INTO decisions (
      tenant, issuer, subject, role, id, session, tool, kind, effect, cause, reasons, obligations, policy_digest,
      entrypoint, decided_at, action_id, action_digest, input, duration_ns, governor_version)
    VALUES (
      :tenant, :issuer, :subject, :role, :id, :session, :tool, :kind, :effect, :cause, :reasons, :obligations,
      :policyDigest, :entrypoint, :decidedAt, :actionId, :actionDigest, :input, :durationNs, :governorVersion)`,
  insertAction: `
    INSERT INTO actions (
      tenant, issuer, subject, role, id, session, tool, arguments, digest, state, version, decision_id, created_at,
      changed_at)
    VALUES (
      :tenant, :issuer, :subject, :role, :id, :session, :tool, :arguments, :digest, :state, 1, :decisionId, :createdAt,
      :createdAt)`,
  insertKey: `INSERT INTO idempotency_keys (tenant, issuer, subject, key, action_id) VALUES (?, ?, ?, ?, ?)`,
  insertReview: `
    INSERT INTO reviews (tenant, issuer, subject, id, action_id, state, created_at, expires_at)
    VALUES (:tenant, :issuer, :subject, :id, :actionId, 'pending', :createdAt, :expiresAt)`,
  settleAction: `
    UPDATE actions
    SET state = :state, version = version + 1, result = :result, error = :error, changed_at = :at
    WHERE tenant = :tenant AND issuer = :issuer AND subject = :subject AND id = :id
      AND version = :expectedVersion AND state IN ('executing', 'unknown')`,
  findKey: `
    SELECT ${actionColumns}
    FROM idempotency_keys k
    JOIN actions a ON a.tenant = k.tenant AND a.issuer = k.issuer AND a.subject = k.subject AND a.id = k.action_id
    ${reviewOfAction}
    WHERE k.tenant = ? AND k.issuer = ? AND k.subject = ? AND k.key = ?`,
  listActions: `
    SELECT ${actionColumns}
    FROM actions a ${reviewOfAction}
    WHERE a.tenant = :tenant AND a.tool = :tool AND a.state IN (SELECT value FROM json_each(:states))
      AND a.created_at >= :since AND (:path IS NULL OR json_extract(a.arguments, :path) = :value)
    ORDER BY a.created_at, a.rowid`,
  readDecision: `SELECT * FROM decisions WHERE tenant = ? AND id = ?`,
  listDecisions: `SELECT * FROM decisions WHERE tenant = ? AND seq < ? ORDER BY seq DESC LIMIT ?`,
  listOwnDecisions: `
    SELECT * FROM decisions
    WHERE tenant = ? AND issuer = ? AND subject = ? AND seq < ? ORDER BY seq DESC LIMIT ?`,
  readReview: `
    SELECT ${actionColumns}
    FROM reviews r
    JOIN actions a ON a.tenant = r.tenant AND a.issuer = r.issuer AND a.subject = r.subject AND a.id = r.action_id
    WHERE r.tenant = ? AND r.id = ?`,
  // Changes no row, but asks for permission to write, which BEGIN IMMEDIATE alone does not on a read-only file.
  probe: `UPDATE schema_migrations SET applied_at = applied_at WHERE false`,
};

export type Statements = Readonly<Record<StatementName, StatementSync>>;

export function prepareStatements(db: DatabaseSync): Statements {
  const prepared = Object.entries(sources).map(([name, sql]) => [name, db.prepare(sql)] as const);
  return Object.freeze(Object.fromEntries(prepared)) as Statements;
}
