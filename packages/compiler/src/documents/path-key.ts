/** A path as a key of maps. */
export function pathKey(path: readonly string[]): string {
  return JSON.stringify(path);
}
