import type { RegoObject, RegoValue } from "@flyball/engine/values";
import { graphqlNode } from "./graphql-node.ts";
import {
  commentHere,
  expect,
  expectWord,
  type GraphqlReader,
  next,
  peek,
  readerOf,
  readName,
  skip,
  some,
  unexpected,
} from "./graphql-reader.ts";
import { readDirectives, readType, readValue } from "./parse-parts.ts";

/** A description with the comment in front of it. */
interface Description {
  readonly text: string;
  readonly comment: RegoObject;
}

/** A GraphQL schema document: `Schema`, `SchemaExtension`, `Directives`, `Definitions`, `Extensions`. Throws `BuiltinError`. */
export function parseGraphqlSchema(source: string): RegoObject {
  const reader = readerOf(source);
  const document = {
    Schema: [] as RegoObject[],
    SchemaExtension: [] as RegoObject[],
    Directives: [] as RegoObject[],
    Definitions: [] as RegoObject[],
    Extensions: [] as RegoObject[],
  };
  while (peek(reader).kind !== "end") {
    const before = reader.at;
    const description = readDescription(reader);
    if (peek(reader).kind !== "name") throw unexpected(reader);
    switch (peek(reader).text) {
      case "schema":
        document.Schema.push(readSchemaDefinition(reader, description));
        break;
      case "directive":
        document.Directives.push(readDirectiveDefinition(reader, description));
        break;
      case "extend":
        if (description.text !== "") {
          reader.at = before;
          throw unexpected(reader);
        }
        readExtension(reader, document);
        break;
      default:
        document.Definitions.push(readDefinition(reader, description));
    }
  }
  return graphqlNode({ ...document, Comment: commentHere(reader) });
}

function readDescription(reader: GraphqlReader): Description {
  const comment = commentHere(reader);
  const { kind } = peek(reader);
  const hasText = kind === "string" || kind === "block string";
  return hasText ? { text: next(reader).text, comment } : { text: "", comment: graphqlNode({}) };
}

function readSchemaDefinition(reader: GraphqlReader, description: Description): RegoObject {
  const after = commentHere(reader);
  expectWord(reader, "schema");
  const directives = readDirectives(reader, true);
  const { items, end } = some(reader, ["{", "}"], () => readOperationType(reader));
  return described(description, after, { Directives: directives, OperationTypes: items, EndOfDefinitionComment: end });
}

function readOperationType(reader: GraphqlReader): RegoObject {
  const comment = commentHere(reader);
  const operation = ["query", "mutation", "subscription"].find((word) => skip(reader, word, "name"));
  if (operation === undefined) throw unexpected(reader);
  expect(reader, ":");
  return graphqlNode({ Operation: operation, Type: readName(reader), Comment: comment });
}

function described(
  description: Description,
  after: RegoObject,
  fields: Readonly<Record<string, RegoValue | undefined>>,
): RegoObject {
  return graphqlNode({
    Description: description.text,
    BeforeDescriptionComment: description.comment,
    AfterDescriptionComment: after,
    ...fields,
  });
}

const KINDS: Readonly<Record<string, string>> = {
  scalar: "SCALAR",
  type: "OBJECT",
  interface: "INTERFACE",
  union: "UNION",
  enum: "ENUM",
  input: "INPUT_OBJECT",
};

function readDefinition(reader: GraphqlReader, description: Description): RegoObject {
  const after = commentHere(reader);
  const { text } = peek(reader);
  const kind = Object.hasOwn(KINDS, text) ? KINDS[text] : undefined;
  if (kind === undefined) throw unexpected(reader);
  next(reader);
  return described(description, after, {
    Kind: kind,
    BuiltIn: false,
    ...readBody(reader, kind, { isExtension: false }),
  });
}

/** Name and what a kind of type has. An interface's extension implements nothing. */
function readBody(
  reader: GraphqlReader,
  kind: string,
  { isExtension }: { readonly isExtension: boolean },
): Readonly<Record<string, RegoValue>> {
  const name = readName(reader);
  const implementing = kind === "OBJECT" || (kind === "INTERFACE" && !isExtension);
  const interfaces = implementing ? readInterfaces(reader) : [];
  const directives = readDirectives(reader, true);
  const common = { Name: name, Interfaces: interfaces, Directives: directives };
  switch (kind) {
    case "OBJECT":
    case "INTERFACE": {
      const { items, end } = some(reader, ["{", "}"], () => readField(reader));
      return { ...common, Fields: items, EndOfDefinitionComment: end };
    }
    case "INPUT_OBJECT": {
      const { items, end } = some(reader, ["{", "}"], () => readInputValue(reader));
      return { ...common, Fields: items, EndOfDefinitionComment: end };
    }
    case "ENUM": {
      const { items, end } = some(reader, ["{", "}"], () => readEnumValue(reader));
      return { ...common, EnumValues: items, EndOfDefinitionComment: end };
    }
    case "UNION":
      return { ...common, Types: readMembers(reader) };
    default:
      return common;
  }
}

function readInterfaces(reader: GraphqlReader): readonly string[] {
  if (!skip(reader, "implements", "name")) return [];
  skip(reader, "&");
  const names = [readName(reader)];
  while (skip(reader, "&")) names.push(readName(reader));
  return names;
}

function readMembers(reader: GraphqlReader): readonly string[] {
  if (!skip(reader, "=")) return [];
  skip(reader, "|");
  const names = [readName(reader)];
  while (skip(reader, "|")) names.push(readName(reader));
  return names;
}

function readField(reader: GraphqlReader): RegoObject {
  const description = readMemberDescription(reader);
  const after = commentHere(reader);
  const name = readName(reader);
  const args = readParameters(reader);
  expect(reader, ":");
  return described(description, after, {
    Name: name,
    Arguments: args,
    Type: readType(reader),
    Directives: readDirectives(reader, true),
  });
}

function readInputValue(reader: GraphqlReader): RegoObject {
  const description = readMemberDescription(reader);
  const after = commentHere(reader);
  const name = readName(reader);
  expect(reader, ":");
  return described(description, after, {
    Name: name,
    Type: readType(reader),
    DefaultValue: skip(reader, "=") ? readValue(reader, true) : undefined,
    Directives: readDirectives(reader, true),
  });
}

function readEnumValue(reader: GraphqlReader): RegoObject {
  const description = readMemberDescription(reader);
  const after = commentHere(reader);
  return described(description, after, { Name: readName(reader), Directives: readDirectives(reader, true) });
}

/** The comment counts only before a description that says something. */
function readMemberDescription(reader: GraphqlReader): Description {
  const description = readDescription(reader);
  return description.text === "" ? { text: "", comment: graphqlNode({}) } : description;
}

function readParameters(reader: GraphqlReader): readonly RegoObject[] {
  return some(reader, ["(", ")"], () => readInputValue(reader)).items;
}

const LOCATIONS = new Set([
  "QUERY",
  "MUTATION",
  "SUBSCRIPTION",
  "FIELD",
  "FRAGMENT_DEFINITION",
  "FRAGMENT_SPREAD",
  "INLINE_FRAGMENT",
  "VARIABLE_DEFINITION",
  "SCHEMA",
  "SCALAR",
  "OBJECT",
  "FIELD_DEFINITION",
  "ARGUMENT_DEFINITION",
  "INTERFACE",
  "UNION",
  "ENUM",
  "ENUM_VALUE",
  "INPUT_OBJECT",
  "INPUT_FIELD_DEFINITION",
]);

function readDirectiveDefinition(reader: GraphqlReader, description: Description): RegoObject {
  const after = commentHere(reader);
  expectWord(reader, "directive");
  expect(reader, "@");
  const name = readName(reader);
  const args = readParameters(reader);
  const isRepeatable = skip(reader, "repeatable", "name");
  expectWord(reader, "on");
  skip(reader, "|");
  const locations = [readLocation(reader)];
  while (skip(reader, "|")) locations.push(readLocation(reader));
  return described(description, after, {
    Name: name,
    Arguments: args,
    Locations: locations,
    IsRepeatable: isRepeatable,
  });
}

function readLocation(reader: GraphqlReader): string {
  const { kind, text } = peek(reader);
  if (kind === "name" && !LOCATIONS.has(text)) throw unexpected(reader);
  return readName(reader);
}

function readExtension(
  reader: GraphqlReader,
  document: { SchemaExtension: RegoObject[]; Extensions: RegoObject[] },
): void {
  const after = commentHere(reader);
  expectWord(reader, "extend");
  const none = { text: "", comment: graphqlNode({}) };
  const { text } = peek(reader);
  const kind = Object.hasOwn(KINDS, text) ? KINDS[text] : undefined;
  if (kind === undefined && text !== "schema") throw unexpected(reader);
  next(reader);
  if (kind === undefined) {
    const directives = readDirectives(reader, true);
    const { items, end } = some(reader, ["{", "}"], () => readOperationType(reader));
    if (directives.length === 0 && items.length === 0) throw unexpected(reader);
    document.SchemaExtension.push(
      described(none, after, { Directives: directives, OperationTypes: items, EndOfDefinitionComment: end }),
    );
    return;
  }
  const body = readBody(reader, kind, { isExtension: true });
  const { Name: _name, EndOfDefinitionComment: _end, ...lists } = body;
  const addsNothing = Object.values(lists).every((list) => Array.isArray(list) && list.length === 0);
  if (addsNothing) throw unexpected(reader);
  document.Extensions.push(described(none, after, { Kind: kind, BuiltIn: false, ...body }));
}
