// A command or query as a generator: it yields statements that may be sent together and is sent the rows of each, so the
// same program runs on a database that answers at once (SQLite) and on one that is waited for (PostgreSQL), where what is
// sent together costs one journey; and it cannot wait for anything else in between. A program that writes looks first, as
// often as it likes, and then writes all that it has to write at once: what it found stays true until then, and programs
// that touch different rows can share their journeys.

import type { StatementName } from "./statement-texts.ts";

export type SqlValue = null | number | bigint | string | Uint8Array;
export type Row = Readonly<Record<string, SqlValue>>;
export type SqlParameters = Readonly<Record<string, SqlValue>>;

export interface SqlCall {
  readonly statement: StatementName;
  readonly parameters: SqlParameters;
}

export type Program<Result> = Generator<readonly SqlCall[], Result, readonly (readonly Row[])[]>;

/** `const rows = yield* run("readAction", { ... })`. */
export function* run(statement: StatementName, parameters: SqlParameters): Program<readonly Row[]> {
  const [rows = []] = yield [{ statement, parameters }];
  return rows;
}

/** The rows of each call, in the order of the calls. */
export function* runTogether(calls: readonly SqlCall[]): Program<readonly (readonly Row[])[]> {
  return calls.length === 0 ? [] : yield calls;
}
