/** A fault of this package itself, never of its caller: a broken invariant. */
export class InternalError extends Error {
  override readonly name: string = "InternalError";
}
