// Reading together on PostgreSQL. In: programs that only read. Out: a promise for each. What is asked for within one turn of the
// event loop, or while all connections for reading are busy, is sent in one flight and read on one state of the database;
// what several ask for is asked once. It never waits for a writer.

import type { Pool, QueryConfig } from "pg";
import type { Program, Row, SqlCall } from "../sql/program.ts";
import { distinctCalls } from "./distinct-calls.ts";
import { isOfOneStatement, postgresError } from "./postgres-error.ts";
import { queryOf } from "./postgres-statements.ts";
import { sendFlight } from "./send-flight.ts";

export interface ReadQueue {
  readonly run: <Result>(program: () => Program<Result>) => Promise<Result>;
}

/** Few enough that one flight stays short. */
const largestFlight = 64;

interface Reading {
  /** The next statements, or nothing where the program has ended and its promise is settled. */
  readonly step: (rows: readonly (readonly Row[])[]) => readonly SqlCall[] | undefined;
  readonly reject: (error: unknown) => void;
}

interface Waiting {
  readonly reading: Reading;
  readonly calls: readonly SqlCall[];
  /** After it was in a flight that failed. */
  readonly isAlone: boolean;
}

export function createReadQueue(pool: Pool, connections: number): ReadQueue {
  let waiting: Waiting[] = [];
  let workers = 0;

  function ask(reading: Reading, rows: readonly (readonly Row[])[]): void {
    const calls = reading.step(rows);
    if (calls !== undefined) add([{ reading, calls, isAlone: false }]);
  }

  function add(more: readonly Waiting[]): void {
    waiting.push(...more);
    while (workers < Math.min(connections, waiting.length)) {
      workers += 1;
      queueMicrotask(() => void work());
    }
  }

  async function work(): Promise<void> {
    while (waiting.length > 0) await fly(takeFlight());
    workers -= 1;
  }

  function takeFlight(): readonly Waiting[] {
    const shared = waiting.slice(0, largestFlight).filter(({ isAlone }) => !isAlone);
    const flight = shared.length > 0 ? shared : waiting.slice(0, 1);
    waiting = waiting.filter((each) => !flight.includes(each));
    return flight;
  }

  async function fly(flight: readonly Waiting[]): Promise<void> {
    try {
      const { calls, rowsOf } = distinctCalls(flight.map((each) => each.calls));
      const rows = rowsOf(await readAtOneMoment(pool, calls));
      for (const [place, { reading }] of flight.entries()) ask(reading, rows[place] ?? []);
    } catch (thrown) {
      const error = postgresError(thrown);
      // One that cannot be read must not stand in the way of the others.
      if (flight.length > 1 && isOfOneStatement(error)) add(flight.map((each) => ({ ...each, isAlone: true })));
      else for (const { reading } of flight) reading.reject(error);
    }
  }

  return {
    run: <Result>(program: () => Program<Result>) =>
      new Promise<Result>((resolve, reject) => {
        const running = program();
        const step: Reading["step"] = (rows) => {
          try {
            const { done, value } = running.next(rows);
            if (done !== true) return value;
            resolve(value);
          } catch (error) {
            reject(error);
          }
          return undefined;
        };
        ask({ step, reject }, []);
      }),
  };
}

const begin: QueryConfig = { text: "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY" };
const commit: QueryConfig = { text: "COMMIT" };

async function readAtOneMoment(pool: Pool, calls: readonly SqlCall[]): Promise<readonly (readonly Row[])[]> {
  const queries = calls.map(queryOf);
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    // One statement sees one state by itself.
    if (queries.length === 1) return (await sendFlight(client, queries)).map(({ rows }) => rows);
    const results = await sendFlight(client, [begin, ...queries, commit]);
    return results.slice(1, -1).map(({ rows }) => rows);
  } catch (error) {
    broken = error instanceof Error ? error : new Error(String(error));
    throw error;
  } finally {
    client.release(broken);
  }
}
