/** A bug of this compiler, never of a policy's author. */
export class InternalError extends Error {
  override readonly name = "InternalError";
}
