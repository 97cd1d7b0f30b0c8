/** Character classes of Rego's lexer. Codes are UTF-16 code units; NaN (behind the end of the text) is in no class. */

export function isWhiteSpace(code: number): boolean {
  return code === 32 || code === 10 || code === 9 || code === 13;
}

export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

export function isIdentifierStart(code: number): boolean {
  const lower = code | 32;
  return (lower >= 97 && lower <= 122) || code === 95;
}

/** Letters, `_` and digits; digits of any script, as in OPA. */
export function isIdentifierPart(text: string, offset: number): boolean {
  const code = text.charCodeAt(offset);
  if (code < 128) {
    return isIdentifierStart(code) || isDigit(code);
  }
  return code >= 128 && (code < 0xd800 || code > 0xdfff) && /\p{Nd}/u.test(text.charAt(offset));
}
