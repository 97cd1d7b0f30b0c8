const SIMPLE: ReadonlyMap<string, string> = new Map([
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
]);

/**
 * What a string says whose escapes the lexer found right. Half surrogate pairs that escapes write (`\ud800`) become
 * U+FFFD, as in OPA: no string of Rego holds one.
 */
export function decodeString(inner: string): string {
  if (!inner.includes("\\")) {
    return inner;
  }
  return inner
    .replace(/\\(u[0-9a-fA-F]{4}|.)/gs, (_, written: string) =>
      written.length > 1
        ? String.fromCharCode(Number.parseInt(written.slice(1), 16))
        : (SIMPLE.get(written) ?? written),
    )
    .toWellFormed();
}

/** In a raw template only `\{` is an escape. */
export function decodeRawTemplate(inner: string): string {
  return inner.replaceAll("\\{", "{");
}
