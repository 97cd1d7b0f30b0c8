// Statements that go to the database together. In: queries for one connection, which must be in pipeline mode. Out: the result of
// each, after one journey there and back. Where one fails, those behind it were not run, and the flight fails with its error.

import { DatabaseError, type PoolClient, type QueryConfig, type QueryResult } from "pg";
import type { Row } from "../sql/program.ts";

/** A transaction that has failed refuses whatever comes next with this state; it is never the cause. */
const abortedState = "25P02";

export async function sendFlight(
  client: Pick<PoolClient, "query">,
  queries: readonly QueryConfig[],
): Promise<readonly QueryResult<Row>[]> {
  const answers = await Promise.allSettled(queries.map((query) => client.query<Row>(query)));
  const failures = answers.filter((answer) => answer.status === "rejected").map(({ reason }): unknown => reason);
  if (failures.length > 0) throw failures.find((reason) => !isAborted(reason)) ?? failures[0];
  return answers.filter((answer) => answer.status === "fulfilled").map(({ value }) => value);
}

function isAborted(reason: unknown): boolean {
  return reason instanceof DatabaseError && reason.code === abortedState;
}
