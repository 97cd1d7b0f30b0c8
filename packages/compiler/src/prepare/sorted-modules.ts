/** By name, in UTF-16 code units: the same on every machine. */
export function sortedModules(
  modules: Readonly<Record<string, string>>,
): readonly (readonly [file: string, text: string])[] {
  return Object.entries(modules).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}
