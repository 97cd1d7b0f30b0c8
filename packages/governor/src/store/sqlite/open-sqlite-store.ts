// The store in one file of SQLite, for one machine: write-ahead log, synchronous=FULL (a commit is on disk before it is
// reported), migrations on opening. In: the commands of `Store`. Out: a promise for each, settled after the fsync.
// It must not wait inside a transaction, and must not block the event loop while another process holds the write lock.

import { closeSync, mkdirSync, openSync } from "node:fs";
import path from "node:path";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { canonicalJson } from "../../action/canonical-json.ts";
import type { PlainValue } from "../../action/plain-value.ts";
import type { DecisionRecord } from "../../decision/decision-record.ts";
import type {
  ActionQuery,
  CommitDecision,
  CommitResult,
  DecisionListQuery,
  DecisionPage,
  DecisionQuery,
  IdempotencyScope,
  NewAction,
  SettleAction,
  Store,
  StoredAction,
  StoredReviewState,
} from "../store.ts";
import { StoreError } from "../store-error.ts";
import { prepareDatabase } from "./prepare-database.ts";
import { sqliteError } from "./sqlite-error.ts";
import { actionFromRow, decisionFromRow, integer, type Row } from "./sqlite-rows.ts";
import { prepareStatements, type Statements } from "./sqlite-statements.ts";
import { createWriteQueue } from "./write-queue.ts";

export interface SqliteStoreOptions {
  /** The database file; it and its folder are made, readable by their owner only. */
  readonly path: string;
  /** Opens an existing store for reading: every write is a `StoreError` "read_only". */
  readonly readOnly?: boolean;
  /** How long a commit waits for another process's write lock before it is a `StoreError` "locked". Milliseconds. */
  readonly lockWaitMs?: number;
}

const committed: CommitResult = Object.freeze({ kind: "committed" });
const conflict: CommitResult = Object.freeze({ kind: "conflict" });

/** Throws a `StoreError` where the file cannot be opened, is no store of ours, or is one of a newer release. */
export function openSqliteStore(options: SqliteStoreOptions): Store {
  const db = openDatabase(options);
  const statements = prepareStatements(db);
  const queue = createWriteQueue(db, options.lockWaitMs ?? 2_000);
  let closed = false;

  /** Async so that whatever goes wrong is a rejection, and always as a `StoreError`. */
  async function read<Result>(query: () => Result): Promise<Result> {
    if (closed) throw new StoreError("closed", "the store is closed");
    try {
      return await Promise.resolve(query());
    } catch (thrown) {
      throw sqliteError(thrown);
    }
  }

  return Object.freeze({
    commitDecision: (command: CommitDecision) => queue.run(() => commitDecision(statements, command)),
    settleAction: (command: SettleAction) => queue.run(() => settleAction(statements, command)),
    recordChecks: (records: readonly DecisionRecord[]) =>
      queue.run(() => {
        for (const record of records) insertDecision(statements, record);
      }),
    findActionByKey: (scope: IdempotencyScope) => read(() => findActionByKey(statements, scope)),
    listActions: (query: ActionQuery) => read(() => listActions(statements, query)),
    readDecision: ({ tenant, id }: DecisionQuery) =>
      read(() => {
        const row = statements.readDecision.get(tenant, id);
        return row === undefined ? undefined : decisionFromRow(row);
      }),
    listDecisions: (query: DecisionListQuery) => read(() => listDecisions(statements, query)),
    readReview: (query: DecisionQuery) => read(() => readReview(statements, query)),
    probe: () =>
      queue.run(() => {
        statements.probe.run();
      }),
    close: async () => {
      if (closed) return;
      closed = true;
      await queue.close();
      db.close();
    },
  });
}

function openDatabase({ path: file, readOnly = false }: SqliteStoreOptions): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    if (!readOnly) createPrivately(file);
    // timeout 0: SQLite's own waiting would block the event loop; the write queue waits instead.
    db = new DatabaseSync(file, { readOnly, timeout: 0, enableForeignKeyConstraints: true });
    prepareDatabase(db, readOnly);
    return db;
  } catch (thrown) {
    db?.close();
    const error = sqliteError(thrown);
    if (error instanceof StoreError) throw error;
    throw new StoreError("io", `cannot open ${file}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

/** SQLite gives its log and index files the mode of the database file. */
function createPrivately(file: string): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  try {
    closeSync(openSync(file, "ax", 0o600));
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
}

function commitDecision(statements: Statements, { record, action }: CommitDecision): CommitResult {
  const { tenant, issuer, subject } = record.principal;
  const key = action?.idempotencyKey;
  if (key !== undefined && statements.findKey.get(tenant, issuer, subject, key) !== undefined) return conflict;
  insertDecision(statements, record);
  if (action === undefined) return committed;
  insertAction(statements, record, action);
  if (key !== undefined) statements.insertKey.run(tenant, issuer, subject, key, action.id);
  return committed;
}

function insertDecision(statements: Statements, record: DecisionRecord): void {
  const { decision, principal } = record;
  statements.insertDecision.run({
    tenant: principal.tenant,
    issuer: principal.issuer,
    subject: principal.subject,
    role: principal.role,
    id: decision.id,
    session: record.session,
    tool: record.tool,
    kind: record.kind,
    effect: decision.effect,
    cause: decision.cause,
    reasons: canonicalJson(decision.reasons as unknown as PlainValue),
    obligations: canonicalJson(decision.obligations),
    policyDigest: decision.policyDigest,
    entrypoint: decision.entrypoint,
    decidedAt: decision.decidedAt,
    actionId: record.actionId,
    actionDigest: record.actionDigest,
    input: canonicalJson(record.input),
    durationNs: record.durationNs,
    governorVersion: record.governorVersion,
  });
}

function insertAction(statements: Statements, record: DecisionRecord, action: NewAction): void {
  const { tenant, issuer, subject, role } = record.principal;
  const createdAt = Date.parse(record.decision.decidedAt);
  statements.insertAction.run({
    tenant,
    issuer,
    subject,
    role,
    id: action.id,
    session: record.session,
    tool: record.tool,
    arguments: canonicalJson(action.arguments),
    digest: record.actionDigest,
    state: action.state,
    decisionId: record.decision.id,
    createdAt,
  });
  if (action.review === undefined) return;
  const { id, expiresAt } = action.review;
  statements.insertReview.run({ tenant, issuer, subject, id, actionId: action.id, createdAt, expiresAt });
}

function settleAction(statements: Statements, command: SettleAction): CommitResult {
  const { tenant, issuer, subject } = command.principal;
  const { changes } = statements.settleAction.run({
    tenant,
    issuer,
    subject,
    id: command.actionId,
    expectedVersion: command.expectedVersion,
    state: command.state,
    result: optionalJson(command.result),
    error: optionalJson(command.error as PlainValue | undefined),
    at: command.at,
  });
  return Number(changes) === 1 ? committed : conflict;
}

function optionalJson(value: PlainValue | undefined): SQLInputValue {
  return value === undefined ? null : canonicalJson(value);
}

function findActionByKey(statements: Statements, { principal, key }: IdempotencyScope): StoredAction | undefined {
  const row = statements.findKey.get(principal.tenant, principal.issuer, principal.subject, key);
  return row === undefined ? undefined : actionFromRow(row);
}

function listActions(statements: Statements, query: ActionQuery): readonly StoredAction[] {
  const { tenant, tool, argument } = query;
  if (argument !== undefined && !/^\w{1,64}$/.test(argument.name)) {
    throw new TypeError(`"${argument.name}" is no name of an argument that can be searched for`);
  }
  const parameters = {
    tenant,
    tool,
    states: JSON.stringify(query.states),
    since: query.since ?? Number.MIN_SAFE_INTEGER,
    path: argument === undefined ? null : `$.${argument.name}`,
    value: argument?.value ?? null,
  };
  return statements.listActions.all(parameters).map(actionFromRow);
}

function listDecisions(statements: Statements, query: DecisionListQuery): DecisionPage {
  const before = query.before ?? Number.MAX_SAFE_INTEGER;
  // One more than asked for shows whether there is another page.
  const rows: Row[] =
    query.person === undefined
      ? statements.listDecisions.all(query.tenant, before, query.limit + 1)
      : statements.listOwnDecisions.all(
          query.tenant,
          query.person.issuer,
          query.person.subject,
          before,
          query.limit + 1,
        );
  const page = rows.slice(0, query.limit);
  const last = page.at(-1);
  return {
    records: page.map(decisionFromRow),
    next: rows.length > query.limit && last !== undefined ? integer(last, "seq") : null,
  };
}

function readReview(statements: Statements, { tenant, id }: DecisionQuery): StoredReviewState | undefined {
  const row = statements.readReview.get(tenant, id);
  if (row === undefined) return undefined;
  const action = actionFromRow(row);
  const decision = statements.readDecision.get(tenant, action.decisionId);
  if (decision === undefined || action.review === undefined) {
    throw new StoreError("corrupt", `review ${id} has lost its action or its decision`);
  }
  return { review: action.review, state: "pending", action, record: decisionFromRow(decision) };
}
