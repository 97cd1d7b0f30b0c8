import { DatabaseError } from "pg";
import { StoreError, type StoreErrorCode } from "../store-error.ts";

// By SQLSTATE, or by its class (postgresql.org/docs/current/errcodes-appendix.html).
const codes: ReadonlyMap<string, StoreErrorCode> = new Map([
  ["25006", "read_only"],
  ["40001", "locked"],
  ["40P01", "locked"],
  ["55P03", "locked"],
  ["57014", "locked"],
  ["53100", "full"],
  ["53200", "full"],
  ["53", "io"],
  ["57", "io"],
  ["58", "io"],
  ["08", "io"],
  ["28", "io"],
  ["3D", "io"],
  ["XX", "corrupt"],
]);

/** What the driver threw as a `StoreError`; a bug of ours is handed back as it came. */
export function postgresError(thrown: unknown): unknown {
  if (thrown instanceof StoreError || thrown instanceof TypeError) return thrown;
  if (thrown instanceof DatabaseError) {
    const state = thrown.code ?? "";
    const code = codes.get(state) ?? codes.get(state.slice(0, 2));
    return code === undefined
      ? thrown
      : new StoreError(code, `the database answers: ${thrown.message}`, { cause: thrown });
  }
  if (!(thrown instanceof Error)) return thrown;
  // A connection that broke, was refused, or was not to be had in time.
  return new StoreError("io", `the database cannot be reached: ${thrown.message}`, { cause: thrown });
}

/** A deadlock or a failed serialization: everything was rolled back, and goes through when it runs again. */
export function isWorthAnotherAttempt(error: unknown): boolean {
  if (!(error instanceof StoreError) || !(error.cause instanceof DatabaseError)) return false;
  return error.cause.code === "40001" || error.cause.code === "40P01";
}

/** Not where the database itself cannot be had or cannot go on: that would be the same for whatever is asked next. */
export function isOfOneStatement(error: unknown): boolean {
  return !(error instanceof StoreError) || error.code === "corrupt" || error.code === "locked";
}
