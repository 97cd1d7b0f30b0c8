/**
 * First stage of the compiler: source text in, tokens out. Every character of the text is white space, part of a
 * comment or part of a token. Nothing is decoded here (strings and numbers keep their spelling), and no word is a
 * keyword yet: that depends on the imports, which the parser reads.
 *
 * A lexical error gives one diagnostic and one token of kind `illegal`, and lexing goes on behind it.
 */
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { isDigit, isIdentifierPart, isIdentifierStart, isWhiteSpace } from "./characters.ts";
import type { CommentNode } from "./nodes.ts";
import { scanNumber } from "./scan-number.ts";
import { scanRawString, scanRawTemplate, scanString, scanTemplate } from "./scan-string.ts";
import { KEYWORDS, TokenKind } from "./token-kind.ts";
import type { TokenList } from "./token-list.ts";

export interface LexModuleOptions {
  readonly file: string;
  readonly text: string;
}

/** What scanning one token says: where it ends, and what is wrong with it. */
export interface Scanned {
  readonly kind: TokenKind;
  readonly end: number;
  readonly problem: { readonly start: number; readonly end: number; readonly message: string; readonly suggestion?: string } | undefined;
}

export function lexModule({ file, text }: LexModuleOptions): TokenList {
  const sink = createSink(file, text);
  reportIllFormed(text, sink);
  /** Kinds of the brackets and templates that are open here, innermost last. */
  const open: { readonly kind: TokenKind; readonly index: number }[] = [];
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

    const scanned = scanToken(text, offset, open.at(-1)?.kind);
    const index = sink.push(offset, scanned, afterNewline);
    trackBrackets(open, sink, scanned.kind, index);
    if (scanned.problem !== undefined && open.length > 0) {
      leaveTemplates(open);
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

function scanToken(text: string, start: number, enclosing: TokenKind | undefined): Scanned {
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
      return illegal(start, start + 1, "`$` stands only before the quote of a template string", '$"text {expression}"');
    case "}":
      if (enclosing === TokenKind.templatePart) {
        return scanTemplate(text, start, start + 1);
      }
      if (enclosing === TokenKind.rawTemplatePart) {
        return scanRawTemplate(text, start, start + 1);
      }
      return plain(TokenKind.rightBrace, start + 1);
    default:
      return scanPunctuation(text, start);
  }
}

const TWO_CHARACTERS: ReadonlyMap<string, TokenKind> = new Map<string, TokenKind>([
  [":=", TokenKind.assign],
  ["==", TokenKind.equal],
  ["!=", TokenKind.notEqual],
  ["<=", TokenKind.lessOrEqual],
  [">=", TokenKind.greaterOrEqual],
]);

const ONE_CHARACTER: ReadonlyMap<string, TokenKind> = new Map<string, TokenKind>([
  ["[", TokenKind.leftBracket],
  ["]", TokenKind.rightBracket],
  ["{", TokenKind.leftBrace],
  ["(", TokenKind.leftParen],
  [")", TokenKind.rightParen],
  [",", TokenKind.comma],
  [":", TokenKind.colon],
  [";", TokenKind.semicolon],
  [".", TokenKind.dot],
  ["+", TokenKind.plus],
  ["-", TokenKind.minus],
  ["*", TokenKind.star],
  ["/", TokenKind.slash],
  ["%", TokenKind.percent],
  ["&", TokenKind.ampersand],
  ["|", TokenKind.pipe],
  ["=", TokenKind.equals],
  ["<", TokenKind.less],
  [">", TokenKind.greater],
]);

function scanPunctuation(text: string, start: number): Scanned {
  const two = TWO_CHARACTERS.get(text.slice(start, start + 2));
  if (two !== undefined) {
    return plain(two, start + 2);
  }
  const one = ONE_CHARACTER.get(text.charAt(start));
  if (one !== undefined) {
    return plain(one, start + 1);
  }
  return scanUnknown(text, start);
}

/** A character that no token starts with. Those that authors bring from other languages get a way out. */
function scanUnknown(text: string, start: number): Scanned {
  const code = text.codePointAt(start) ?? 0;
  const end = start + (code > 0xffff ? 2 : 1);
  const character = text.slice(start, end);
  switch (character) {
    case "!":
      return illegal(start, end, "`!` is no operator of Rego", "negation is written `not x`, inequality `a != b`");
    case "'":
      return illegal(start, end, "`'` does not quote strings in Rego", 'strings stand between `"` or back quotes');
    case "?":
      return illegal(start, end, "`?` is no operator of Rego", "a choice is written with two rules, or with `else`");
    case "@":
    case "~":
    case "^":
    case "\\":
      return illegal(start, end, `\`${character}\` is no operator of Rego`);
    default:
  }
  if (isIllFormed(character)) {
    return { kind: TokenKind.illegal, end, problem: undefined };
  }
  const name = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
  if (/^[\p{C}\p{Z}]$/u.test(character)) {
    return illegal(start, end, `The invisible character ${name} in the source`, "replace it by a plain space");
  }
  const quote = /^[\u2018\u2019\u201c\u201d]$/.test(character);
  return illegal(
    start,
    end,
    `The character \`${character}\` (${name}) may stand only in strings and comments`,
    quote ? 'replace the typographic quote by `"`' : undefined,
  );
}

/** What may stand nowhere in a source, not even in strings and comments. */
const ILL_FORMED = /\0|(?<!^)\uFEFF|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

function isIllFormed(character: string): boolean {
  return character === "\0" || character === "\uFEFF" || !character.isWellFormed();
}

function reportIllFormed(text: string, sink: TokenSink): void {
  if (text.isWellFormed() && !text.includes("\0") && text.lastIndexOf("\uFEFF") <= 0) {
    return;
  }
  for (const found of text.matchAll(ILL_FORMED)) {
    const start = found.index;
    switch (found[0]) {
      case "\0":
        sink.report({ start, end: start + 1, message: "A null character in the source", suggestion: "is this a text file?" });
        break;
      case "\uFEFF":
        sink.report({ start, end: start + 1, message: "A byte-order mark may stand only at the start of a file", suggestion: "remove it" });
        break;
      default:
        sink.report({ start, end: start + 1, message: "Half of a surrogate pair in the source: the text is not well-formed Unicode" });
    }
  }
}

function plain(kind: TokenKind, end: number): Scanned {
  return { kind, end, problem: undefined };
}

function illegal(start: number, end: number, message: string, suggestion?: string): Scanned {
  return {
    kind: TokenKind.illegal,
    end,
    problem: suggestion === undefined ? { start, end, message } : { start, end, message, suggestion },
  };
}

const CLOSERS: ReadonlyMap<TokenKind, TokenKind> = new Map<TokenKind, TokenKind>([
  [TokenKind.rightBracket, TokenKind.leftBracket],
  [TokenKind.rightBrace, TokenKind.leftBrace],
  [TokenKind.rightParen, TokenKind.leftParen],
]);

function isTemplatePart(kind: TokenKind): boolean {
  return kind === TokenKind.templatePart || kind === TokenKind.rawTemplatePart;
}

/** Pairs brackets; a closer that does not fit the innermost open bracket stays without partner. */
function trackBrackets(
  open: { readonly kind: TokenKind; readonly index: number }[],
  sink: TokenSink,
  kind: TokenKind,
  index: number,
): void {
  switch (kind) {
    case TokenKind.leftBracket:
    case TokenKind.leftBrace:
    case TokenKind.leftParen:
      open.push({ kind, index });
      return;
    case TokenKind.templatePart:
    case TokenKind.rawTemplatePart:
    case TokenKind.templateEnd:
    case TokenKind.rawTemplateEnd:
      if (sink.continuesTemplate(index)) {
        open.pop();
      }
      if (isTemplatePart(kind)) {
        open.push({ kind, index });
      }
      return;
    default: {
      const opener = CLOSERS.get(kind);
      const innermost = open.at(-1);
      if (opener !== undefined && innermost?.kind === opener) {
        open.pop();
        sink.pair(innermost.index, index);
      }
    }
  }
}

/** After an error inside a template's expression the next `}` is more likely a rule's than the template's. */
function leaveTemplates(open: { readonly kind: TokenKind }[]): void {
  const outermost = open.findIndex(({ kind }) => isTemplatePart(kind));
  if (outermost >= 0) {
    open.length = outermost;
  }
}

type Problem = NonNullable<Scanned["problem"]>;

interface TokenSink {
  report(problem: Problem): void;
  push(start: number, scanned: Scanned, afterNewline: boolean): number;
  pair(opener: number, closer: number): void;
  /** Whether the template token at this index starts behind an expression's `}`. */
  continuesTemplate(index: number): boolean;
  comment(start: number, end: number): void;
  finish(): TokenList;
}

function createSink(file: string, text: string): TokenSink {
  let capacity = Math.max(64, text.length >>> 2);
  let kinds = new Uint8Array(capacity);
  let starts = new Uint32Array(capacity);
  let ends = new Uint32Array(capacity);
  let newlines = new Uint8Array(capacity);
  let partners = new Int32Array(capacity);
  let count = 0;
  const comments: CommentNode[] = [];
  const diagnostics: Diagnostic[] = [];

  const report = ({ start, end, message, suggestion }: Problem): void => {
    const base = { code: "rego_parse_error", severity: "error", span: { file, start, end }, message } as const;
    diagnostics.push(suggestion === undefined ? base : { ...base, suggestion });
  };

  return {
    report,
    push: (start, { kind, end, problem }, afterNewline) => {
      if (count === capacity) {
        capacity *= 2;
        kinds = grow(kinds, new Uint8Array(capacity));
        starts = grow(starts, new Uint32Array(capacity));
        ends = grow(ends, new Uint32Array(capacity));
        newlines = grow(newlines, new Uint8Array(capacity));
        partners = grow(partners, new Int32Array(capacity));
      }
      kinds[count] = problem === undefined ? kind : TokenKind.illegal;
      starts[count] = start;
      ends[count] = end;
      newlines[count] = afterNewline ? 1 : 0;
      partners[count] = -1;
      if (problem !== undefined) {
        report(problem);
      }
      count += 1;
      return count - 1;
    },
    pair: (opener, closer) => {
      partners[opener] = closer;
      partners[closer] = opener;
    },
    continuesTemplate: (index) => text[starts[index] ?? 0] === "}",
    comment: (start, end) => {
      const last = text.charCodeAt(end - 1) === 13 && end > start + 1 ? end - 1 : end;
      comments.push({ kind: "comment", span: { file, start, end: last }, text: text.slice(start + 1, last) });
    },
    finish: () => ({
      file,
      text,
      count,
      kinds: kinds.subarray(0, count),
      starts: starts.subarray(0, count),
      ends: ends.subarray(0, count),
      afterNewline: newlines.subarray(0, count),
      partners: partners.subarray(0, count),
      comments,
      diagnostics,
    }),
  };
}

function grow<T extends Uint8Array | Uint32Array | Int32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
