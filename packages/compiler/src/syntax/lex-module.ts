/**
 * First stage of the compiler: source text in, tokens out. Every character of the text is white space, part of a
 * comment or part of a token. Nothing is decoded here (strings and numbers keep their spelling), and no word is a
 * keyword yet: that depends on the imports, which the parser reads.
 *
 * A lexical error gives one diagnostic and one token of kind `illegal`, and lexing goes on behind it.
 */
import { type BracketTracker, createBracketTracker } from "./bracket-tracker.ts";
import { isDigit, isIdentifierPart, isIdentifierStart, isWhiteSpace } from "./characters.ts";
import { reportIllFormed } from "./ill-formed.ts";
import { scanNumber } from "./scan-number.ts";
import { scanPunctuation } from "./scan-punctuation.ts";
import { scanRawString, scanRawTemplate, scanString, scanTemplate } from "./scan-string.ts";
import { illegal, type Scanned } from "./scanned.ts";
import { KEYWORDS, TokenKind } from "./token-kind.ts";
import type { TokenList } from "./token-list.ts";
import { createTokenSink } from "./token-sink.ts";

export interface LexModuleOptions {
  readonly file: string;
  readonly text: string;
}

export function lexModule({ file, text }: LexModuleOptions): TokenList {
  const sink = createTokenSink(file, text);
  const brackets = createBracketTracker(sink);
  reportIllFormed(text, sink);
  let offset = text.charCodeAt(0) === BYTE_ORDER_MARK ? 1 : 0;
  let afterNewline = false;

  for (;;) {
    const code = text.charCodeAt(offset);
    if (isWhiteSpace(code)) {
      afterNewline ||= code === LINE_FEED;
      offset += 1;
      continue;
    }
    if (code === HASH) {
      const newline = text.indexOf("\n", offset);
      const end = newline < 0 ? text.length : newline;
      sink.comment(offset, end);
      offset = end;
      continue;
    }
    if (offset >= text.length) {
      break;
    }

    const scanned = scanToken(text, offset, brackets);
    const index = sink.push(offset, scanned, afterNewline);
    brackets.track(scanned.kind, index);
    if (scanned.problem !== undefined) {
      brackets.leaveTemplates();
    }
    offset = scanned.end;
    afterNewline = false;
  }
  sink.push(text.length, { kind: TokenKind.end, end: text.length, problem: undefined }, afterNewline);
  return sink.finish();
}

const BYTE_ORDER_MARK = 0xfeff;
const LINE_FEED = 10;
const HASH = 35;

function scanToken(text: string, start: number, brackets: BracketTracker): Scanned {
  const code = text.charCodeAt(start);
  if (isIdentifierStart(code)) {
    let end = start + 1;
    while (isIdentifierPart(text, end)) {
      end += 1;
    }
    return { kind: KEYWORDS.get(text.slice(start, end)) ?? TokenKind.identifier, end, problem: undefined };
  }
  if (isDigit(code)) {
    return scanNumber(text, start);
  }
  switch (text[start]) {
    case '"':
      return scanString(text, start);
    case "`":
      return scanRawString(text, start);
    case "$":
      if (text[start + 1] === '"') {
        return scanTemplate(text, start, start + 2);
      }
      if (text[start + 1] === "`") {
        return scanRawTemplate(text, start, start + 2);
      }
      return illegal(start, start + 1, {
        message: "`$` stands only before the quote of a template string",
        suggestion: '$"text {expression}"',
      });
    case "}":
      if (brackets.enclosing() === TokenKind.templatePart) {
        return scanTemplate(text, start, start + 1);
      }
      if (brackets.enclosing() === TokenKind.rawTemplatePart) {
        return scanRawTemplate(text, start, start + 1);
      }
      return { kind: TokenKind.rightBrace, end: start + 1, problem: undefined };
    default:
      return scanPunctuation(text, start);
  }
}
