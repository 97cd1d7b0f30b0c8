import type { DatabaseSync, StatementSync } from "node:sqlite";
import { listActionsWhere, type StatementName, statementTexts } from "../sql/statement-texts.ts";

/** What SQLite says in its own way. */
const own: Partial<Record<StatementName, string>> = {
  // `->` answers with the JSON text of a value, so 1 is not "1"; json() writes it as JSON.stringify does.
  listActionsByArgument: listActionsWhere(
    "json_type(a.arguments, '$.' || :name) = 'text' AND json_extract(a.arguments, '$.' || :name) = json_extract(:value, '$')",
  ),
};

export type Statements = Readonly<Record<StatementName, StatementSync>>;

export function prepareStatements(db: DatabaseSync): Statements {
  const prepared = Object.entries({ ...statementTexts, ...own }).map(([name, sql]) => [name, db.prepare(sql)] as const);
  return Object.freeze(Object.fromEntries(prepared)) as Statements;
}
