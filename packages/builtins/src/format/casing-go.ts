import { isKnownToGo } from "./unicode-version.ts";

/** Go's strings.ToLower and strings.ToUpper: each code point by itself with Unicode's simple mappings, so `ß` stays and there is no final sigma. */

export function lowerGo(text: string): string {
  return isAscii(text) ? text.toLowerCase() : mapCharacters(text, lowerCharacter);
}

export function upperGo(text: string): string {
  return isAscii(text) ? text.toUpperCase() : mapCharacters(text, upperCharacter);
}

function isAscii(text: string): boolean {
  return /^[\0-\x7f]*$/.test(text);
}

function mapCharacters(text: string, map: (character: string) => string): string {
  let mapped = "";
  for (const character of text) mapped += isKnownToGo(character.codePointAt(0) ?? 0) ? map(character) : character;
  return mapped;
}

function lowerCharacter(character: string): string {
  // JavaScript's full mapping of the dotted capital i is two code points, Unicode's simple one is not.
  return character === "\u0130" ? "i" : single(character.toLowerCase(), character);
}

function upperCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  // Greek small letters with an iota below: the full mapping writes two letters, the simple one is the capital with the iota beside it.
  if (code >= 0x1f80 && code <= 0x1fa7 && code % 16 < 8) return String.fromCodePoint(code + 8);
  if (code === 0x1fb3 || code === 0x1fc3 || code === 0x1ff3) return String.fromCodePoint(code + 9);
  return single(character.toUpperCase(), character);
}

/** JavaScript's mapping where it is one code point as well, and one that Go knows. */
function single(mapped: string, character: string): string {
  const code = mapped.codePointAt(0) ?? 0;
  const isSingle = mapped.length === (code > 0xffff ? 2 : 1);
  return isSingle && isKnownToGo(code) ? mapped : character;
}
