/**
 * What a token can be. Kinds are small integers because a token list keeps them in a byte array: a module of a
 * million lines must fit in memory.
 *
 * Words that are keywords only where they are imported (`in`, `every`, `if`, `contains`, `and`, `or`) have kinds of
 * their own here; the parser takes them for names while they are not in force.
 */
export const TokenKind = {
  end: 0,
  /** A lexical error; its diagnostic is in the token list. */
  illegal: 1,
  identifier: 2,
  number: 3,
  string: 4,
  rawString: 5,
  /** `$"...{` or `}...{`: text of a template up to an expression. */
  templatePart: 6,
  /** `$"..."` or `}..."`: text up to the closing quote. */
  templateEnd: 7,
  rawTemplatePart: 8,
  rawTemplateEnd: 9,

  leftBracket: 10,
  rightBracket: 11,
  leftBrace: 12,
  rightBrace: 13,
  leftParen: 14,
  rightParen: 15,
  comma: 16,
  colon: 17,
  semicolon: 18,
  dot: 19,

  plus: 20,
  minus: 21,
  star: 22,
  slash: 23,
  percent: 24,
  ampersand: 25,
  pipe: 26,
  equals: 27,
  assign: 28,
  equal: 29,
  notEqual: 30,
  less: 31,
  lessOrEqual: 32,
  greater: 33,
  greaterOrEqual: 34,

  package: 40,
  import: 41,
  as: 42,
  default: 43,
  else: 44,
  not: 45,
  some: 46,
  with: 47,
  null: 48,
  true: 49,
  false: 50,
  in: 51,
  every: 52,
  contains: 53,
  if: 54,
  and: 55,
  or: 56,
} as const;

export type TokenKind = (typeof TokenKind)[keyof typeof TokenKind];

/** One more than the largest kind, for tables indexed by kind. */
export const TOKEN_KIND_COUNT = 57;

const FIRST_KEYWORD = TokenKind.package;

/** Words with a meaning of their own, in force or not. */
export const KEYWORDS: ReadonlyMap<string, TokenKind> = new Map<string, TokenKind>(
  (
    [
      "package",
      "import",
      "as",
      "default",
      "else",
      "not",
      "some",
      "with",
      "null",
      "true",
      "false",
      "in",
      "every",
      "contains",
      "if",
      "and",
      "or",
    ] as const
  ).map((word) => [word, TokenKind[word]]),
);

export function isKeyword(kind: TokenKind): boolean {
  return kind >= FIRST_KEYWORD;
}

const SPELLING: ReadonlyMap<TokenKind, string> = new Map<TokenKind, string>([
  [TokenKind.leftBracket, "["],
  [TokenKind.rightBracket, "]"],
  [TokenKind.leftBrace, "{"],
  [TokenKind.rightBrace, "}"],
  [TokenKind.leftParen, "("],
  [TokenKind.rightParen, ")"],
  [TokenKind.comma, ","],
  [TokenKind.colon, ":"],
  [TokenKind.semicolon, ";"],
  [TokenKind.dot, "."],
  [TokenKind.plus, "+"],
  [TokenKind.minus, "-"],
  [TokenKind.star, "*"],
  [TokenKind.slash, "/"],
  [TokenKind.percent, "%"],
  [TokenKind.ampersand, "&"],
  [TokenKind.pipe, "|"],
  [TokenKind.equals, "="],
  [TokenKind.assign, ":="],
  [TokenKind.equal, "=="],
  [TokenKind.notEqual, "!="],
  [TokenKind.less, "<"],
  [TokenKind.lessOrEqual, "<="],
  [TokenKind.greater, ">"],
  [TokenKind.greaterOrEqual, ">="],
  ...[...KEYWORDS].map(([word, kind]): [TokenKind, string] => [kind, word]),
]);

/** How a kind is written, for messages; undefined where tokens of the kind differ. */
export function spellingOf(kind: TokenKind): string | undefined {
  return SPELLING.get(kind);
}
