/** A policy that becomes larger than a WebAssembly engine, or the memory that it was given, takes. `compile` makes a diagnostic of it. */
export class ModuleLimitError extends RangeError {
  override readonly name = "ModuleLimitError";
  /** The function that is too large, by its name in the plan; undefined where it is the module as a whole. */
  readonly functionName: string | undefined;

  constructor(message: string, functionName?: string) {
    super(message);
    this.functionName = functionName;
  }
}
