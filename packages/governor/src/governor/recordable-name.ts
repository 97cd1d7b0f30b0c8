/** The name of a tool that does not exist is whatever a model sent, a name or not: its beginning, as text that a store can hold. */
export function recordableName(name: unknown): string {
  return typeof name === "string"
    ? name
        .slice(0, 64)
        .toWellFormed()
        .replace(/\p{Cc}/gu, "\ufffd")
    : "";
}
