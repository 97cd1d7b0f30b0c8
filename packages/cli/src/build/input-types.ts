export function writeInputTypes(_: unknown): string {
  return "";
}
