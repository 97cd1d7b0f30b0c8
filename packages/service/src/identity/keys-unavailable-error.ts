/** Nothing can be said about a token, since the keys that would verify it cannot be had. Thrown by a source of keys. */
export class KeysUnavailableError extends Error {
  override readonly name: string = "KeysUnavailableError";
}
