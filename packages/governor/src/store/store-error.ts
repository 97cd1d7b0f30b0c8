export type StoreErrorCode = "locked" | "read_only" | "full" | "corrupt" | "io" | "closed" | "schema_newer";

/** The store could not do what was asked, and did nothing of it. */
export class StoreError extends Error {
  override readonly name: string = "StoreError";
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
