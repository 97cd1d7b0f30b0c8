/** Longest text of one value that is shown, in code points. */
const MAX_SHOWN = 200;

/** A text on one line, cut where it is too long for people. */
export function shorten(text: string, most: number = MAX_SHOWN): string {
  const line = text.replace(/\s+/g, " ").trim();
  const characters = [...line];
  return characters.length <= most ? line : `${characters.slice(0, most - 3).join("")}...`;
}
