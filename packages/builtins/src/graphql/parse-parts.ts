import type { RegoObject } from "@flyball/engine/values";
import { graphqlNode } from "./graphql-node.ts";
import {
  commentHere,
  expect,
  type GraphqlReader,
  isAt,
  nested,
  next,
  peek,
  readName,
  skip,
  some,
  unexpected,
} from "./graphql-reader.ts";

/** What queries and schemas have in common: values, directives, types. */

/** gqlparser's numbers for kinds of values. */
const KIND = {
  variable: 0,
  int: 1,
  float: 2,
  string: 3,
  block: 4,
  boolean: 5,
  null: 6,
  enum: 7,
  list: 8,
  object: 9,
} as const;

/** In a constant there are no variables. */
export function readValue(reader: GraphqlReader, isConstant: boolean): RegoObject {
  const comment = commentHere(reader);
  if (isAt(reader, "[")) return readComposite(reader, { isConstant, comment, close: "]" });
  if (isAt(reader, "{")) return readComposite(reader, { isConstant, comment, close: "}" });
  if (isAt(reader, "$")) {
    if (isConstant) throw unexpected(reader);
    next(reader);
    return valueNode(KIND.variable, readName(reader));
  }
  const token = peek(reader);
  const kind =
    token.kind === "int"
      ? KIND.int
      : token.kind === "float"
        ? KIND.float
        : token.kind === "string"
          ? KIND.string
          : token.kind === "block string"
            ? KIND.block
            : token.kind === "name"
              ? wordKind(token.text)
              : undefined;
  if (kind === undefined) throw unexpected(reader);
  return valueNode(kind, next(reader).text);
}

function wordKind(word: string): number {
  if (word === "true" || word === "false") return KIND.boolean;
  return word === "null" ? KIND.null : KIND.enum;
}

function valueNode(
  kind: number,
  raw: string,
  more: Readonly<Record<string, RegoObject | readonly RegoObject[]>> = {},
): RegoObject {
  return graphqlNode({ Kind: kind, Raw: raw, ExpectedTypeHasDefault: false, ...more });
}

interface Composite {
  readonly isConstant: boolean;
  readonly comment: RegoObject;
  readonly close: "]" | "}";
}

function readComposite(reader: GraphqlReader, { isConstant, comment, close }: Composite): RegoObject {
  next(reader);
  const children: RegoObject[] = [];
  while (!isAt(reader, close)) children.push(nested(reader, () => readChild(reader, isConstant, close === "}")));
  next(reader);
  return valueNode(close === "]" ? KIND.list : KIND.object, "", { Children: children, Comment: comment });
}

function readChild(reader: GraphqlReader, isConstant: boolean, isField: boolean): RegoObject {
  if (!isField) return graphqlNode({ Name: "", Value: readValue(reader, isConstant) });
  const comment = commentHere(reader);
  const name = readName(reader);
  expect(reader, ":");
  return graphqlNode({ Name: name, Value: readValue(reader, isConstant), Comment: comment });
}

export function readDirectives(reader: GraphqlReader, isConstant: boolean): readonly RegoObject[] {
  const directives: RegoObject[] = [];
  while (skip(reader, "@")) {
    const name = readName(reader);
    directives.push(graphqlNode({ Name: name, Arguments: readArguments(reader, isConstant), Location: "" }));
  }
  return directives;
}

export function readArguments(reader: GraphqlReader, isConstant: boolean): readonly RegoObject[] {
  return some(reader, ["(", ")"], () => {
    const comment = commentHere(reader);
    const name = readName(reader);
    expect(reader, ":");
    return graphqlNode({ Name: name, Value: readValue(reader, isConstant), Comment: comment });
  }).items;
}

export function readType(reader: GraphqlReader): RegoObject {
  if (!skip(reader, "[")) {
    const name = readName(reader);
    return graphqlNode({ NamedType: name, NonNull: skip(reader, "!") });
  }
  const element = nested(reader, () => readType(reader));
  expect(reader, "]");
  return graphqlNode({ NamedType: "", Elem: element, NonNull: skip(reader, "!") });
}
