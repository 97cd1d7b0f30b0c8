import type { Row, SqlCall, SqlValue } from "../sql/program.ts";

/** Calls of several programs, each sent once, and the rows handed back to every program that asked. */
export interface DistinctCalls {
  readonly calls: readonly SqlCall[];
  /** From the rows of `calls`: for each program the rows of each of its own. */
  readonly rowsOf: (rows: readonly (readonly Row[])[]) => readonly (readonly (readonly Row[])[])[];
}

/** Only for calls that read. */
export function distinctCalls(programs: readonly (readonly SqlCall[])[]): DistinctCalls {
  const places = new Map<string, number>();
  const calls: SqlCall[] = [];
  const asked = programs.map((own) =>
    own.map((call) => {
      const key = keyOf(call);
      const place = places.get(key) ?? calls.length;
      if (place === calls.length) {
        places.set(key, place);
        calls.push(call);
      }
      return place;
    }),
  );
  return { calls, rowsOf: (rows) => asked.map((own) => own.map((place) => rows[place] ?? [])) };
}

/** Two calls have one key only where they are the same: each value comes with its type and its length. */
function keyOf({ statement, parameters }: SqlCall): string {
  const values = Object.entries(parameters).map(([name, value]) => `${name}=${keyOfValue(value)}`);
  return `${statement}(${values.join()})`;
}

function keyOfValue(value: SqlValue): string {
  if (value instanceof Uint8Array) throw new TypeError("no statement looks for bytes");
  const text = String(value);
  return `${value === null ? "null" : typeof value}:${text.length}:${text}`;
}
