import { InternalError } from "./internal-error.ts";

/** Ends a `switch` over a union: adding a kind without handling it is a type error. */
export function assertNever(value: never): never {
  throw new InternalError(`unexpected ${JSON.stringify(value)}`);
}
