import type { LexicalProblem } from "./scanned.ts";
import type { TokenSink } from "./token-sink.ts";

/** What may stand nowhere in a source, not even in strings and comments. */
const ILL_FORMED = /\0|(?<!^)\uFEFF|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

export function isIllFormed(character: string): boolean {
  return character === "\0" || character === "\uFEFF" || !character.isWellFormed();
}

export function reportIllFormed(text: string, sink: Pick<TokenSink, "report">): void {
  if (text.isWellFormed() && !text.includes("\0") && text.lastIndexOf("\uFEFF") <= 0) {
    return;
  }
  for (const { 0: character, index: start } of text.matchAll(ILL_FORMED)) {
    sink.report({ start, end: start + 1, ...describe(character) });
  }
}

function describe(character: string): Pick<LexicalProblem, "message" | "suggestion"> {
  switch (character) {
    case "\0":
      return { message: "A null character in the source", suggestion: "is this a text file?" };
    case "\uFEFF":
      return { message: "A byte-order mark may stand only at the start of a file", suggestion: "remove it" };
    default:
      return { message: "Half of a surrogate pair in the source: the text is not well-formed Unicode" };
  }
}
