/** JSON Schema as OPA's library reads it, for those who need a schema and not the built-ins: the type checker. In: a document. Out: its keywords, checked, references found. Nothing is fetched. */
export type { JsonSchema, JsonTypeName } from "./json-schema.ts";
export { parseJsonSchema } from "./parse-json-schema.ts";
