import { BuiltinError } from "@flyball/engine";
import { isObject, isString, makeObject, type RegoObject, type RegoValue } from "@flyball/engine/values";
import type { BuiltinTable } from "../builtin-table.ts";
import { operandAt, stringAt, wrongType } from "../operand.ts";
import { graphqlDocument } from "./graphql-shapes.ts";
import { parseGraphqlQuery } from "./parse-query.ts";
import { parseGraphqlSchema } from "./parse-schema.ts";
import { validateGraphqlQuery } from "./validate-query.ts";
import { validateGraphqlSchema } from "./validate-schema.ts";

/** GraphQL documents as trees in the shape that gqlparser gives them, which policies walk through; schemas checked, and queries held against them. */
export const graphqlDocuments: BuiltinTable = {
  "graphql.parse_query": (args) => parseGraphqlQuery(stringAt(args, 0)),
  "graphql.parse_schema": (args) => parseGraphqlSchema(stringAt(args, 0)),
  "graphql.parse": (args) => verified(args),
  "graphql.parse_and_verify": (args) => {
    const nothing = makeObject([]);
    const documents = unlessInvalid(() => verified(args));
    return documents === undefined ? [false, nothing, nothing] : [true, ...documents];
  },
  "graphql.is_valid": (args) => unlessInvalid(() => verified(args)) !== undefined,
  "graphql.schema_is_valid": (args) => unlessInvalid(() => validateGraphqlSchema(schemaAt(args, 0))) !== undefined,
};

/** The query and the schema, each as text or as a tree that was parsed. Throws `BuiltinError` where the query is not valid. */
function verified(args: readonly RegoValue[]): readonly [RegoObject, RegoObject] {
  const query = documentAt(args, 0, { parse: parseGraphqlQuery, kind: "QueryDocument" });
  const schema = schemaAt(args, 1);
  validateGraphqlQuery(query, schema);
  return [query, schema];
}

function schemaAt(args: readonly RegoValue[], index: number): RegoObject {
  return documentAt(args, index, { parse: parseGraphqlSchema, kind: "SchemaDocument" });
}

interface DocumentKind {
  readonly parse: (text: string) => RegoObject;
  readonly kind: "QueryDocument" | "SchemaDocument";
}

function documentAt(args: readonly RegoValue[], index: number, { parse, kind }: DocumentKind): RegoObject {
  const operand = operandAt(args, index);
  if (isString(operand)) return parse(operand);
  // OPA counts these operands from 0.
  return isObject(operand) ? graphqlDocument(kind, operand) : wrongType(index - 1, "one of {string, object}", operand);
}

/** Undefined in place of an error that is no limit. */
function unlessInvalid<T>(check: () => T): T | undefined {
  try {
    return check();
  } catch (error) {
    if (error instanceof BuiltinError && !error.fatal) return undefined;
    throw error;
  }
}
