import type { RegoObject } from "@flyball/engine/values";
import { fieldRules } from "./field-rules.ts";
import { fragmentRules } from "./fragment-rules.ts";
import { operationRules } from "./operation-rules.ts";
import { overlappingFields } from "./overlapping-fields.ts";
import { queryDocument } from "./query-document.ts";
import { queriedSchema } from "./schema-fields.ts";
import { validateGraphqlSchema } from "./validate-schema.ts";
import { valueRules } from "./value-rules.ts";
import { walkQuery } from "./walk-query.ts";

/** Holds a query against a schema, both as documents that were parsed, with the rules of gqlparser, which are those of the specification's chapter 5. Throws `BuiltinError` with what is wrong first. */
export function validateGraphqlQuery(query: RegoObject, schema: RegoObject): void {
  walkQuery({
    schema: queriedSchema(schema, validateGraphqlSchema(schema)),
    document: queryDocument(query),
    visitors: [fieldRules, fragmentRules(), overlappingFields(), operationRules(), valueRules],
  });
}
