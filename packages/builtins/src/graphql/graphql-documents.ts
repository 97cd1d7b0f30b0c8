import { BuiltinError } from "@flyball/engine";
import { isObject, isString } from "@flyball/engine/values";
import type { BuiltinTable } from "../builtin-table.ts";
import { operandAt, stringAt } from "../operand.ts";
import { parseGraphqlQuery } from "./parse-query.ts";
import { parseGraphqlSchema } from "./parse-schema.ts";
import { validateGraphqlSchema } from "./validate-schema.ts";

/** GraphQL documents as trees in the shape that gqlparser gives them, which policies walk through, and schemas checked. */
export const graphqlDocuments: BuiltinTable = {
  "graphql.parse_query": (args) => parseGraphqlQuery(stringAt(args, 0)),
  "graphql.parse_schema": (args) => parseGraphqlSchema(stringAt(args, 0)),
  "graphql.schema_is_valid": (args) => {
    const schema = operandAt(args, 0);
    if (!isString(schema) && !isObject(schema)) return false;
    try {
      validateGraphqlSchema(isString(schema) ? parseGraphqlSchema(schema) : schema);
      return true;
    } catch (error) {
      if (error instanceof BuiltinError && !error.fatal) return false;
      throw error;
    }
  },
};
