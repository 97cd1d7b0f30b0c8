import type { DatabaseSync, StatementSync } from "node:sqlite";
import { type StatementName, statementTexts } from "../sql/statement-texts.ts";

export type Statements = Readonly<Record<StatementName, StatementSync>>;

export function prepareStatements(db: DatabaseSync): Statements {
  const prepared = Object.entries(statementTexts).map(([name, sql]) => [name, db.prepare(sql)] as const);
  return Object.freeze(Object.fromEntries(prepared)) as Statements;
}
