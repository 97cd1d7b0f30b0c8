import { isPrintable } from "./unicode-version.ts";

const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "\u0007": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
};

/** Go's strconv.Quote: printable characters stay; with `ascii` only those of ASCII. `delimiter` is the quotation mark around the text. */
export function quoteGo(
  text: string,
  options: { readonly ascii?: boolean; readonly delimiter?: '"' | "'" } = {},
): string {
  const { ascii = false, delimiter = '"' } = options;
  let quoted = delimiter as string;
  for (const character of text) {
    if (character === delimiter) quoted += `\\${character}`;
    else quoted += ESCAPES[character] ?? (isKept(character, ascii) ? character : escaped(character));
  }
  return quoted + delimiter;
}

/** Go's strconv.CanBackquote: one line, no control characters but tabs, no backquote, no byte order mark. */
export function canBackquote(text: string): boolean {
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if ((code < 0x20 && character !== "\t") || character === "`" || code === 0x7f || code === 0xfeff) return false;
  }
  return true;
}

function isKept(character: string, ascii: boolean): boolean {
  return (!ascii || character < "\x80") && isPrintable(character);
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20 || code === 0x7f) return `\\x${code.toString(16).padStart(2, "0")}`;
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, "0")}` : `\\U${code.toString(16).padStart(8, "0")}`;
}
