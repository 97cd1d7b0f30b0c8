import type { RegoObject } from "@flyball/engine/values";
import { graphqlNode } from "./graphql-node.ts";
import {
  commentHere,
  expect,
  expectWord,
  type GraphqlReader,
  isAt,
  next,
  peek,
  readerOf,
  readName,
  skip,
  some,
  unexpected,
} from "./graphql-reader.ts";
import { readArguments, readDirectives, readType, readValue } from "./parse-parts.ts";

/** A GraphQL query document: `{"Operations": [...], "Fragments": [...]}`. Throws `BuiltinError`. */
export function parseGraphqlQuery(source: string): RegoObject {
  const reader = readerOf(source);
  const operations: RegoObject[] = [];
  const fragments: RegoObject[] = [];
  while (peek(reader).kind !== "end") {
    if (isAt(reader, "fragment", "name")) fragments.push(readFragmentDefinition(reader));
    else operations.push(readOperation(reader));
  }
  return graphqlNode({ Operations: operations, Fragments: fragments });
}

function readOperation(reader: GraphqlReader): RegoObject {
  const comment = commentHere(reader);
  // gqlparser loses the comment in front of an operation without a head.
  if (isAt(reader, "{")) return graphqlNode({ Operation: "query", Name: "", SelectionSet: readSelections(reader) });
  const operation = ["query", "mutation", "subscription"].find((word) => skip(reader, word, "name"));
  if (operation === undefined) throw unexpected(reader);
  return graphqlNode({
    Operation: operation,
    Name: peek(reader).kind === "name" ? next(reader).text : "",
    VariableDefinitions: readVariables(reader),
    Directives: readDirectives(reader, false),
    SelectionSet: readSelections(reader),
    Comment: comment,
  });
}

function readVariables(reader: GraphqlReader): readonly RegoObject[] {
  return some(reader, ["(", ")"], () => {
    const comment = commentHere(reader);
    expect(reader, "$");
    const variable = readName(reader);
    expect(reader, ":");
    return graphqlNode({
      Variable: variable,
      Type: readType(reader),
      DefaultValue: skip(reader, "=") ? readValue(reader, true) : undefined,
      Directives: readDirectives(reader, false),
      Used: false,
      Comment: comment,
    });
  }).items;
}

function readSelections(reader: GraphqlReader): readonly RegoObject[] {
  if (!isAt(reader, "{")) expect(reader, "{");
  return some(reader, ["{", "}"], () => readSelection(reader)).items;
}

function readSelection(reader: GraphqlReader): RegoObject {
  const comment = commentHere(reader);
  if (skip(reader, "...")) return readSpread(reader, comment);
  const alias = readName(reader);
  return graphqlNode({
    Alias: alias,
    Name: skip(reader, ":") ? readName(reader) : alias,
    Arguments: readArguments(reader, false),
    Directives: readDirectives(reader, false),
    SelectionSet: isAt(reader, "{") ? readSelections(reader) : undefined,
    Comment: comment,
  });
}

function readSpread(reader: GraphqlReader, comment: RegoObject): RegoObject {
  if (peek(reader).kind === "name" && !isAt(reader, "on", "name"))
    return graphqlNode({ Name: readName(reader), Directives: readDirectives(reader, false), Comment: comment });
  return graphqlNode({
    TypeCondition: skip(reader, "on", "name") ? readName(reader) : "",
    Directives: readDirectives(reader, false),
    SelectionSet: readSelections(reader),
    Comment: comment,
  });
}

function readFragmentDefinition(reader: GraphqlReader): RegoObject {
  const comment = commentHere(reader);
  expectWord(reader, "fragment");
  if (isAt(reader, "on", "name")) throw unexpected(reader);
  const name = readName(reader);
  const variables = readVariables(reader);
  expectWord(reader, "on");
  return graphqlNode({
    Name: name,
    VariableDefinition: variables,
    TypeCondition: readName(reader),
    Directives: readDirectives(reader, false),
    SelectionSet: readSelections(reader),
    Comment: comment,
  });
}
