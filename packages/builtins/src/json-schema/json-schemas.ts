import { BuiltinError } from "@flyball/engine";
import {
  isArray,
  isObject,
  isString,
  JsonError,
  makeObject,
  parseJson,
  type RegoValue,
  toJson,
} from "@flyball/engine/values";
import type { BuiltinTable } from "../builtin-table.ts";
import { operandAt } from "../operand.ts";
import { compileExpression } from "../patterns/compiled-expressions.ts";
import type { JsonSchema } from "./json-schema.ts";
import { parseJsonSchema } from "./parse-json-schema.ts";
import { validateDocument } from "./validate-document.ts";

/** Nesting of documents and schemas. */
const MAX_DEPTH = 1_000;

/** Schemas that are kept, those that were used last, and the longest text that is. */
const KEPT = 32;
const LONGEST_KEPT = 1 << 16;

/** JSON Schema, drafts 4, 6 and 7, as OPA's library understands it. References lead to the schema itself and to the schemas of schemas; nothing is fetched. */
export const jsonSchemas: BuiltinTable = {
  "json.verify_schema": (args) => {
    try {
      schemaOf(jsonText(operandAt(args, 0)));
      return [true, null];
    } catch (error) {
      if (error instanceof BuiltinError && !error.fatal) return [false, `jsonschema: ${error.message}`];
      throw error;
    }
  },
  "json.match_schema": (args) => {
    const document = treeOf(jsonText(operandAt(args, 0)));
    const violations = validateDocument(schemaOf(jsonText(operandAt(args, 1))), document);
    return [
      violations.length === 0,
      violations.map(({ type, field, description }) =>
        makeObject([
          ["error", `${field}: ${description}`],
          ["type", type],
          ["field", field],
          ["desc", description],
        ]),
      ),
    ];
  },
};

function jsonText(value: RegoValue): string {
  if (isString(value)) return value;
  if (isObject(value) || isArray(value)) return toJson(value);
  throw new BuiltinError("wrong type, expected string or object");
}

function treeOf(text: string): RegoValue {
  try {
    return parseJson(text, { duplicateKeys: "last", loneSurrogates: "replace", maxDepth: MAX_DEPTH });
  } catch (error) {
    if (error instanceof JsonError) throw new BuiltinError("invalid JSON string");
    throw error;
  }
}

const schemas = new Map<string, JsonSchema>();

function schemaOf(text: string): JsonSchema {
  const known = schemas.get(text);
  const schema = known ?? parseJsonSchema(treeOf(text), { compile: compileExpression });
  if (text.length > LONGEST_KEPT) return schema;
  schemas.delete(text);
  schemas.set(text, schema);
  const oldest = schemas.keys().next();
  if (schemas.size > KEPT && !oldest.done) schemas.delete(oldest.value);
  return schema;
}
