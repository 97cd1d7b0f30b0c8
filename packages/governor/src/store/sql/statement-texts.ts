// Every statement of the stores, in SQL that SQLite and PostgreSQL read alike; parameters are written `:name`. A backend
// replaces only what it must say otherwise. Nothing a caller sends ever becomes part of a text.

const actionColumns = `
  a.tenant, a.issuer, a.subject, a.role, a.agent, a.id, a.session, a.tool, a.arguments, a.digest, a.state, a.version,
  a.decision_id, a.result, a.error, a.created_at, a.changed_at,
  p.id AS pending_id, p.expires_at AS pending_expires_at`;

const pendingOfAction = `
  LEFT JOIN reviews p
    ON p.tenant = a.tenant AND p.issuer = a.issuer AND p.subject = a.subject AND p.action_id = a.id
      AND p.state = 'pending'`;

const reviewColumns = `
  r.seq AS review_seq, r.id AS review_id, r.state AS review_state, r.expires_at AS review_expires_at,
  r.decision_id AS review_decision_id, r.by_tenant, r.by_issuer, r.by_subject, r.by_role, r.reason AS review_reason,
  r.closed_at, r.variation, r.used_by`;

const reviewsWithActions = `
  SELECT ${actionColumns}, ${reviewColumns}
  FROM reviews r
  JOIN actions a ON a.tenant = r.tenant AND a.issuer = r.issuer AND a.subject = r.subject AND a.id = r.action_id
  ${pendingOfAction}`;

export type StatementName =
  | "insertDecision"
  | "insertAction"
  | "insertKey"
  | "insertReview"
  | "closeReview"
  | "useApproval"
  | "moveAction"
  | "hasKey"
  | "findKey"
  | "readAction"
  | "readActionState"
  | "listActions"
  | "listActionsOfClient"
  | "listUnsettled"
  | "readDecision"
  | "listDecisions"
  | "listOwnDecisions"
  | "readReview"
  | "readReviewOfAction"
  | "listReviews"
  | "listOwnReviews"
  | "listExpiredReviews"
  | "readAccount"
  | "writeAccount"
  | "listBalances"
  | "insertEntry"
  | "readReservations"
  | "closeEntries"
  | "readHaltVersions"
  | "countHalt"
  | "readHalts"
  | "writeHalt"
  | "deleteHalt"
  | "readHalt"
  | "insertHaltEvent"
  | "listHaltEvents"
  | "keepArtifact"
  | "readArtifact"
  | "readChat"
  | "insertChat"
  | "moveChat"
  | "insertChatEntry"
  | "listChatEntries"
  | "countChatEntries"
  | "probe";

export const statementTexts: Readonly<Record<StatementName, string>> = Object.freeze({
  insertDecision: `
    INSERT INTO decisions (
      tenant, issuer, subject, role, agent, id, session, tool, kind, effect, cause, reasons, obligations, policy_digest,
      entrypoint, decided_at, action_id, action_digest, input, duration_ns, governor_version, provenance)
    VALUES (
      :tenant, :issuer, :subject, :role, :agent, :id, :session, :tool, :kind, :effect, :cause, :reasons, :obligations,
      :policyDigest, :entrypoint, :decidedAt, :actionId, :actionDigest, :input, :durationNs, :governorVersion,
      :provenance)`,
  insertAction: `
    INSERT INTO actions (
      tenant, issuer, subject, role, agent, id, session, tool, client, arguments, digest, state, version, decision_id,
      created_at, changed_at)
    VALUES (
      :tenant, :issuer, :subject, :role, :agent, :id, :session, :tool, :client, :arguments, :digest, :state, 1,
      :decisionId, :createdAt, :createdAt)`,
  insertKey: `
    INSERT INTO idempotency_keys (tenant, issuer, subject, key, action_id)
    VALUES (:tenant, :issuer, :subject, :key, :actionId)`,
  insertReview: `
    INSERT INTO reviews (tenant, issuer, subject, id, seq, action_id, decision_id, state, created_at, expires_at)
    VALUES (
      :tenant, :issuer, :subject, :id, (SELECT coalesce(max(seq), 0) + 1 FROM reviews WHERE tenant = :tenant),
      :actionId, :decisionId, 'pending', :createdAt, :expiresAt)`,
  closeReview: `
    UPDATE reviews
    SET state = :state, by_tenant = :byTenant, by_issuer = :byIssuer, by_subject = :bySubject, by_role = :byRole,
      reason = :reason, closed_at = :closedAt, variation = :variation
    WHERE tenant = :tenant AND id = :id AND state = 'pending'`,
  useApproval: `
    UPDATE reviews SET used_by = :usedBy
    WHERE tenant = :tenant AND id = :id AND state = 'approved' AND used_by IS NULL`,
  moveAction: `
    UPDATE actions
    SET state = :state, version = version + 1, decision_id = coalesce(:decisionId, decision_id), result = :result,
      error = :error, changed_at = :at
    WHERE tenant = :tenant AND issuer = :issuer AND subject = :subject AND id = :id`,
  hasKey: `
    SELECT 1 AS found FROM idempotency_keys
    WHERE tenant = :tenant AND issuer = :issuer AND subject = :subject AND key = :key`,
  findKey: `
    SELECT ${actionColumns}
    FROM idempotency_keys k
    JOIN actions a ON a.tenant = k.tenant AND a.issuer = k.issuer AND a.subject = k.subject AND a.id = k.action_id
    ${pendingOfAction}
    WHERE k.tenant = :tenant AND k.issuer = :issuer AND k.subject = :subject AND k.key = :key`,
  readAction: `SELECT ${actionColumns} FROM actions a ${pendingOfAction} WHERE a.tenant = :tenant AND a.id = :id`,
  /** What a settlement must know of it, and no more. */
  readActionState: `SELECT issuer, subject, state, version FROM actions WHERE tenant = :tenant AND id = :id`,
  // Sorted by what no index is sorted by, or SQLite walks along an index by age through all that ever was.
  listActions: `
    SELECT ${actionColumns}
    FROM actions a ${pendingOfAction}
    WHERE a.tenant = :tenant AND a.tool = :tool AND a.created_at >= :since
      AND a.state IN (:state1, :state2, :state3, :state4, :state5, :state6)
    ORDER BY +a.created_at, a.id`,
  listActionsOfClient: `
    SELECT ${actionColumns}
    FROM actions a ${pendingOfAction}
    WHERE a.tenant = :tenant AND a.tool = :tool AND a.client IN (:client, '') AND a.created_at >= :since
      AND a.state IN (:state1, :state2, :state3, :state4, :state5, :state6)
    ORDER BY +a.created_at, a.id`,
  listUnsettled: `
    SELECT tenant, id, changed_at FROM actions
    WHERE state IN ('executing', 'unknown') AND changed_at < :changedBefore
      AND (changed_at, id) > (:afterAt, :afterId) AND coalesce(cast(:tenant AS TEXT), tenant) = tenant
    ORDER BY changed_at, id LIMIT :limit`,
  readDecision: `SELECT * FROM decisions WHERE tenant = :tenant AND id = :id`,
  listDecisions: `SELECT * FROM decisions WHERE tenant = :tenant AND seq < :before ORDER BY seq DESC LIMIT :limit`,
  listOwnDecisions: `
    SELECT * FROM decisions
    WHERE tenant = :tenant AND issuer = :issuer AND subject = :subject AND seq < :before
    ORDER BY seq DESC LIMIT :limit`,
  readReview: `${reviewsWithActions} WHERE r.tenant = :tenant AND r.id = :id`,
  /** What a commit must know of a review, and of the action that it is about. */
  readReviewOfAction: `
    SELECT r.state AS review_state, r.used_by, a.state, a.version
    FROM reviews r
    JOIN actions a ON a.tenant = r.tenant AND a.issuer = r.issuer AND a.subject = r.subject AND a.id = r.action_id
    WHERE r.tenant = :tenant AND r.id = :id AND r.action_id = :actionId`,
  listReviews: `
    ${reviewsWithActions}
    WHERE r.tenant = :tenant AND r.seq < :before AND coalesce(cast(:state AS TEXT), r.state) = r.state
    ORDER BY r.seq DESC LIMIT :limit`,
  listOwnReviews: `
    ${reviewsWithActions}
    WHERE r.tenant = :tenant AND r.issuer = :issuer AND r.subject = :subject AND r.seq < :before
      AND coalesce(cast(:state AS TEXT), r.state) = r.state
    ORDER BY r.seq DESC LIMIT :limit`,
  listExpiredReviews: `
    SELECT tenant, id, expires_at FROM reviews
    WHERE state = 'pending' AND expires_at <= :now AND (expires_at, id) > (:afterAt, :afterId)
    ORDER BY expires_at, id LIMIT :limit`,
  readAccount: `
    SELECT committed, reserved, version FROM ledger_accounts
    WHERE tenant = :tenant AND dimension = :dimension AND name = :name AND day = :day`,
  writeAccount: `
    INSERT INTO ledger_accounts (tenant, dimension, name, day, committed, reserved, version)
    VALUES (:tenant, :dimension, :name, :day, :committed, :reserved, 1)
    ON CONFLICT (tenant, dimension, name, day) DO UPDATE
    SET committed = excluded.committed, reserved = excluded.reserved, version = ledger_accounts.version + :more`,
  listBalances: `
    SELECT dimension, name, day, committed, reserved, version FROM ledger_accounts
    WHERE tenant = :tenant AND day = :day ORDER BY dimension, name`,
  insertEntry: `
    INSERT INTO ledger_entries (tenant, issuer, subject, action_id, dimension, name, day, amount, state)
    VALUES (:tenant, :issuer, :subject, :actionId, :dimension, :name, :day, :amount, 'reserved')`,
  /** Each with its account as it stands. */
  readReservations: `
    SELECT e.dimension, e.name, e.day, e.amount, l.committed, l.reserved, l.version
    FROM ledger_entries e
    LEFT JOIN ledger_accounts l
      ON l.tenant = e.tenant AND l.dimension = e.dimension AND l.name = e.name AND l.day = e.day
    WHERE e.tenant = :tenant AND e.issuer = :issuer AND e.subject = :subject AND e.action_id = :actionId
      AND e.state = 'reserved'
    ORDER BY e.dimension`,
  closeEntries: `
    UPDATE ledger_entries SET state = :state, filled = :filled
    WHERE tenant = :tenant AND issuer = :issuer AND subject = :subject AND action_id = :actionId AND state = 'reserved'`,
  readHaltVersions: `SELECT version FROM halt_versions WHERE tenant IN ('', :tenant)`,
  countHalt: `
    INSERT INTO halt_versions (tenant, version) VALUES (:tenant, 1)
    ON CONFLICT (tenant) DO UPDATE SET version = halt_versions.version + 1`,
  readHalts: `SELECT * FROM halts WHERE tenant IN ('', :tenant) ORDER BY at, scope`,
  writeHalt: `
    INSERT INTO halts (tenant, scope, scope_json, by_tenant, by_issuer, by_subject, by_role, reason, at)
    VALUES (:tenant, :scope, :scopeJson, :byTenant, :byIssuer, :bySubject, :byRole, :reason, :at)
    ON CONFLICT (tenant, scope) DO UPDATE
    SET by_tenant = excluded.by_tenant, by_issuer = excluded.by_issuer, by_subject = excluded.by_subject,
      by_role = excluded.by_role, reason = excluded.reason, at = excluded.at`,
  deleteHalt: `DELETE FROM halts WHERE tenant = :tenant AND scope = :scope`,
  readHalt: `SELECT scope FROM halts WHERE tenant = :tenant AND scope = :scope`,
  insertHaltEvent: `
    INSERT INTO halt_events (event, tenant, scope_json, by_tenant, by_issuer, by_subject, by_role, reason, at)
    VALUES (:event, :tenant, :scopeJson, :byTenant, :byIssuer, :bySubject, :byRole, :reason, :at)`,
  listHaltEvents: `SELECT * FROM halt_events WHERE tenant IN ('', :tenant) ORDER BY seq DESC LIMIT 1000`,
  keepArtifact: `
    INSERT INTO artifacts (digest, kind, bytes, kept_at) VALUES (:digest, :kind, :bytes, :keptAt)
    ON CONFLICT (digest) DO NOTHING`,
  readArtifact: `SELECT digest, kind, bytes FROM artifacts WHERE digest = :digest`,
  readChat: `
    SELECT * FROM chat_sessions WHERE tenant = :tenant AND issuer = :issuer AND subject = :subject AND id = :session`,
  insertChat: `
    INSERT INTO chat_sessions (tenant, issuer, subject, id, turns, turn, turn_until, created_at, changed_at)
    VALUES (:tenant, :issuer, :subject, :session, 1, :turn, :until, :at, :at)`,
  moveChat: `
    UPDATE chat_sessions SET turns = turns + :more, turn = :turn, turn_until = :until, changed_at = :at
    WHERE tenant = :tenant AND issuer = :issuer AND subject = :subject AND id = :session`,
  insertChatEntry: `
    INSERT INTO chat_entries (tenant, issuer, subject, session, seq, turn, kind, body, at)
    VALUES (:tenant, :issuer, :subject, :session, :seq, :turn, :kind, :body, :at)`,
  listChatEntries: `
    SELECT * FROM chat_entries
    WHERE tenant = :tenant AND issuer = :issuer AND subject = :subject AND session = :session
    ORDER BY seq`,
  countChatEntries: `
    SELECT count(*) AS found FROM chat_entries
    WHERE tenant = :tenant AND issuer = :issuer AND subject = :subject AND session = :session`,
  // Changes no row, but asks for permission to write, which beginning a transaction alone does not.
  probe: `UPDATE schema_migrations SET applied_at = applied_at WHERE false`,
});
