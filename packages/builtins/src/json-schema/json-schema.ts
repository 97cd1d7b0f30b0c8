import type { RegoNumeric } from "@flyball/engine/values";
import type { RE2JS } from "re2js";
import type { SchemaDraft } from "./schema-draft.ts";

/** In the order in which messages list them. */
export const JSON_TYPES = ["array", "boolean", "integer", "number", "null", "object", "string"] as const;

export type JsonTypeName = (typeof JSON_TYPES)[number];

/**
 * A schema that was read: its keywords checked, its references found. It is filled while it is read, since schemas refer to themselves; afterwards nothing changes it.
 */
export interface JsonSchema {
  readonly draft: SchemaDraft;
  /** The schemas `true` and `false`. */
  pass: boolean | undefined;
  /** In the order in which they were written; none means any. */
  types: JsonTypeName[];
  /** Where `$ref` leads, as an absolute reference, and what is there. */
  reference: string | undefined;
  target: JsonSchema | undefined;

  properties: Map<string, JsonSchema>;
  patternProperties: { readonly pattern: RE2JS; readonly schema: JsonSchema }[];
  additionalProperties: boolean | JsonSchema | undefined;
  propertyNames: JsonSchema | undefined;
  required: string[];
  dependencies: Map<string, readonly string[] | JsonSchema>;
  minProperties: number | undefined;
  maxProperties: number | undefined;

  /** One schema for all items, or one for each place. */
  items: JsonSchema | readonly JsonSchema[] | undefined;
  additionalItems: boolean | JsonSchema | undefined;
  contains: JsonSchema | undefined;
  uniqueItems: boolean;
  minItems: number | undefined;
  maxItems: number | undefined;

  multipleOf: RegoNumeric | undefined;
  minimum: RegoNumeric | undefined;
  maximum: RegoNumeric | undefined;
  exclusiveMinimum: RegoNumeric | undefined;
  exclusiveMaximum: RegoNumeric | undefined;

  /** In code points. */
  minLength: number | undefined;
  maxLength: number | undefined;
  pattern: { readonly text: string; readonly expression: RE2JS } | undefined;
  format: string | undefined;

  /** As JSON texts. */
  const: string | undefined;
  enum: readonly string[] | undefined;

  anyOf: JsonSchema[];
  allOf: JsonSchema[];
  oneOf: JsonSchema[];
  not: JsonSchema | undefined;
  if: JsonSchema | undefined;
  then: JsonSchema | undefined;
  else: JsonSchema | undefined;
}

export function emptySchema(draft: SchemaDraft): JsonSchema {
  return {
    draft,
    pass: undefined,
    types: [],
    reference: undefined,
    target: undefined,
    properties: new Map(),
    patternProperties: [],
    additionalProperties: undefined,
    propertyNames: undefined,
    required: [],
    dependencies: new Map(),
    minProperties: undefined,
    maxProperties: undefined,
    items: undefined,
    additionalItems: undefined,
    contains: undefined,
    uniqueItems: false,
    minItems: undefined,
    maxItems: undefined,
    multipleOf: undefined,
    minimum: undefined,
    maximum: undefined,
    exclusiveMinimum: undefined,
    exclusiveMaximum: undefined,
    minLength: undefined,
    maxLength: undefined,
    pattern: undefined,
    format: undefined,
    const: undefined,
    enum: undefined,
    anyOf: [],
    allOf: [],
    oneOf: [],
    not: undefined,
    if: undefined,
    then: undefined,
    else: undefined,
  };
}
