import { KEYWORDS } from "../syntax/token-kind.ts";

/** A package's or import's path with dots where they say the same; a keyword that `source` quotes stays quoted. */
export function pathText([head = "", ...rest]: readonly string[], source: string): string {
  return rest.reduce((text, name) => text + partText(name, source), head);
}

function partText(name: string, source: string): string {
  const isName = /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
  const isQuotedKeyword = KEYWORDS.has(name) && source.includes(`[${JSON.stringify(name)}]`);
  return isName && !isQuotedKeyword ? `.${name}` : `[${JSON.stringify(name)}]`;
}
