/** Why a JavaScript value did not go through the border. Caught in the engine and turned into a fault; it never reaches a caller. */
export class BorderError extends Error {
  readonly code: "input_invalid" | "memory_exhausted" | "depth_exceeded";

  constructor(code: BorderError["code"], message: string) {
    super(message);
    this.name = "BorderError";
    this.code = code;
  }
}

export function invalid(message: string): never {
  throw new BorderError("input_invalid", message);
}
