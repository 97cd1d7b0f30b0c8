/** JSON text whose objects keep the order in which their members are given, as Go writes structures. Texts go in and come out, indented by two spaces a level. */

export function jsonObject(members: readonly (readonly [name: string, text: string])[]): string {
  if (members.length === 0) return "{}";
  return `{\n${members.map(([name, text]) => `  ${JSON.stringify(name)}: ${indented(text)}`).join(",\n")}\n}`;
}

export function jsonArray(texts: readonly string[]): string {
  if (texts.length === 0) return "[]";
  return `[\n${texts.map((text) => `  ${indented(text)}`).join(",\n")}\n]`;
}

/** JSON never has a line feed inside of a string, so every one is layout. */
function indented(text: string): string {
  return text.replaceAll("\n", "\n  ");
}
