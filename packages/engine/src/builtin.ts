import type { RegoValue } from "./values/rego-value.ts";

/** What one evaluation grants its host built-ins. */
export interface BuiltinEnvironment {
  /** Nanoseconds since 1970, the same for the whole evaluation; undefined where no clock was granted. */
  readonly now: bigint | undefined;
  /**
   * What built-ins keep for the rest of the evaluation, each under keys that begin with its name: a random number that must not change until the end, say. A host
   * that does not offer it gets a new answer with each call.
   */
  readonly memo?: Map<string, RegoValue>;
}

/**
 * A built-in on the host's side. Arguments and result are canonical values (sets are `Set`, numbers exact). `undefined` is no result.
 * Throws `BuiltinError` for what Rego calls a built-in's error; any other exception ends the evaluation with a fault and costs the instance.
 */
export type BuiltinFunction = (args: readonly RegoValue[], environment: BuiltinEnvironment) => RegoValue | undefined;

/** An error of a built-in: undefined, or a fault under strict errors. `fatal` ones (a conflict, a limit) are always faults. */
export class BuiltinError extends Error {
  override readonly name = "BuiltinError";
  readonly fatal: boolean;

  constructor(message: string, options: { readonly fatal?: boolean } = {}) {
    super(message);
    this.fatal = options.fatal ?? false;
  }
}
