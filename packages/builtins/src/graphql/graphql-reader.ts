import { BuiltinError } from "@flyball/engine";
import type { RegoObject } from "@flyball/engine/values";
import { graphqlNode } from "./graphql-node.ts";
import { type GraphqlToken, type GraphqlTokenKind, graphqlError, graphqlTokens } from "./graphql-token.ts";

/** How deep selections, values and types may nest. */
const MAX_DEPTH = 500;

/** Where a document is read. */
export interface GraphqlReader {
  readonly source: string;
  readonly tokens: readonly GraphqlToken[];
  at: number;
  depth: number;
}

export function readerOf(source: string): GraphqlReader {
  return { source, tokens: graphqlTokens(source), at: 0, depth: 0 };
}

export function peek(reader: GraphqlReader): GraphqlToken {
  return reader.tokens[reader.at] ?? { kind: "end", text: "", comments: [], offset: reader.source.length };
}

export function next(reader: GraphqlReader): GraphqlToken {
  const token = peek(reader);
  if (token.kind !== "end") reader.at++;
  return token;
}

export function isAt(reader: GraphqlReader, text: string, kind: GraphqlTokenKind = "punctuation"): boolean {
  const token = peek(reader);
  return token.kind === kind && token.text === text;
}

/** Takes the token if it is there. */
export function skip(reader: GraphqlReader, text: string, kind: GraphqlTokenKind = "punctuation"): boolean {
  const found = isAt(reader, text, kind);
  if (found) reader.at++;
  return found;
}

export function expect(reader: GraphqlReader, text: string): void {
  if (!skip(reader, text)) throw failed(reader, `Expected ${text}, found ${kindName(peek(reader))}`);
}

export function expectWord(reader: GraphqlReader, word: string): void {
  if (!skip(reader, word, "name")) throw failed(reader, `Expected "${word}", found ${tokenName(peek(reader))}`);
}

export function readName(reader: GraphqlReader): string {
  const token = peek(reader);
  if (token.kind !== "name") throw failed(reader, `Expected Name, found ${kindName(token)}`);
  return next(reader).text;
}

export function unexpected(reader: GraphqlReader): BuiltinError {
  return failed(reader, `Unexpected ${tokenName(peek(reader))}`);
}

function failed(reader: GraphqlReader, message: string): BuiltinError {
  return graphqlError(message, reader.source, peek(reader).offset);
}

function tokenName(token: GraphqlToken): string {
  return token.text === "" || token.kind === "punctuation" ? kindName(token) : `${kindName(token)} "${token.text}"`;
}

function kindName(token: GraphqlToken): string {
  switch (token.kind) {
    case "punctuation":
      return token.text;
    case "name":
      return "Name";
    case "int":
      return "Int";
    case "float":
      return "Float";
    case "string":
      return "String";
    case "block string":
      return "BlockString";
    case "end":
      return "<EOF>";
  }
}

/** The comments in front of the next token. */
export function commentHere(reader: GraphqlReader): RegoObject {
  return graphqlNode({ List: peek(reader).comments.map((comment) => graphqlNode({ Value: comment })) });
}

/** Items between brackets, at least one; none where the opening bracket is not there. `end` is the comment before the closing one. */
export function some<T>(
  reader: GraphqlReader,
  [open, close]: readonly [string, string],
  read: () => T,
): { readonly items: readonly T[]; readonly end: RegoObject } {
  if (!skip(reader, open)) return { items: [], end: graphqlNode({}) };
  if (isAt(reader, close)) throw failed(reader, `expected at least one definition, found ${kindName(peek(reader))}`);
  const items: T[] = [];
  while (!isAt(reader, close)) items.push(nested(reader, read));
  const end = commentHere(reader);
  next(reader);
  return { items, end };
}

export function nested<T>(reader: GraphqlReader, read: () => T): T {
  reader.depth++;
  if (reader.depth > MAX_DEPTH) throw new BuiltinError("the GraphQL document nests too deep");
  const result = read();
  reader.depth--;
  return result;
}
