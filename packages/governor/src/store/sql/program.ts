// A command or query as a generator: it yields statements and is sent their rows, so the same program runs on a database
// that answers at once (SQLite) and on one that is waited for (PostgreSQL), and cannot wait for anything else in between.
// Programs that write run one at a time for a tenant: what they read stays true until they are done.

import type { StatementName } from "./statement-texts.ts";

export type SqlValue = null | number | bigint | string | Uint8Array;
export type Row = Readonly<Record<string, SqlValue>>;
export type SqlParameters = Readonly<Record<string, SqlValue>>;

export interface SqlCall {
  readonly statement: StatementName;
  readonly parameters: SqlParameters;
}

export type Program<Result> = Generator<SqlCall, Result, readonly Row[]>;

/** `const rows = yield* run("findKey", { ... })`. */
export function* run(statement: StatementName, parameters: SqlParameters): Program<readonly Row[]> {
  return yield { statement, parameters };
}
