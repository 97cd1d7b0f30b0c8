import type { QueryConfig } from "pg";
import type { SqlCall, SqlValue } from "../sql/program.ts";
import { statementTexts } from "../sql/statement-texts.ts";

interface Prepared {
  readonly text: string;
  /** Names of the parameters, in the order of their numbers. */
  readonly names: readonly string[];
}

const prepared: ReadonlyMap<string, Prepared> = new Map(
  Object.entries(statementTexts).map(([name, sql]) => [name, numbered(sql)]),
);

/** `:name` becomes `$1`; the same name keeps its number. No text of ours holds a colon for anything else. */
function numbered(sql: string): Prepared {
  const names: string[] = [];
  const text = sql.replace(/:([a-zA-Z0-9]+)/g, (_whole, name: string) => {
    if (!names.includes(name)) names.push(name);
    return `$${names.indexOf(name) + 1}`;
  });
  return { text, names };
}

/** The call as the driver takes it: prepared once for each connection. */
export function queryOf({ statement, parameters }: SqlCall): QueryConfig {
  const found = prepared.get(statement);
  if (found === undefined) throw new TypeError(`there is no statement ${statement}`);
  return { name: statement, text: found.text, values: found.names.map((name) => sentValue(parameters[name])) };
}

function sentValue(value: SqlValue | undefined): unknown {
  if (value === undefined) throw new TypeError("a parameter is missing");
  return value instanceof Uint8Array ? Buffer.from(value) : value;
}
