import type { DatabaseSync, StatementSync } from "node:sqlite";
import { type StatementName, statementTexts } from "../sql/statement-texts.ts";

export type Statements = Readonly<Record<StatementName, StatementSync>>;

/** What SQLite says in its own way. */
const own: Partial<Record<StatementName, string>> = {
  // Writes a page although nothing changes: only so is a full disk noticed before a decision meets it.
  probe: "UPDATE schema_migrations SET applied_at = applied_at WHERE version = 1",
};

export function prepareStatements(db: DatabaseSync): Statements {
  const prepared = Object.entries({ ...statementTexts, ...own }).map(([name, sql]) => [name, db.prepare(sql)] as const);
  return Object.freeze(Object.fromEntries(prepared)) as Statements;
}
