import { BuiltinError } from "@flyball/engine";
import {
  compareNumbers,
  decimalOf,
  getKey,
  isArray,
  isInteger,
  isNumber,
  isObject,
  isString,
  objectSize,
  type RegoNumeric,
  type RegoObject,
  type RegoValue,
  toJson,
  typeName,
} from "@flyball/engine/values";
import { countCodePoints } from "../code-points.ts";
import { matchesFormat } from "./formats.ts";
import type { JsonSchema } from "./json-schema.ts";
import { limitText } from "./limit-text.ts";
import { namedEntries } from "./named-entries.ts";

/** What of a document does not match, with the words of OPA's library. */
export interface SchemaViolation {
  /** `required`, `invalid_type`, ... */
  readonly type: string;
  /** The path to the part, with points between; `(Root)` for the whole. */
  readonly field: string;
  readonly description: string;
}

/** Of several schemas of which one should match, the violations of the one with the best score are reported. */
interface Outcome {
  readonly violations: SchemaViolation[];
  score: number;
}

interface Validation {
  steps: number;
  depth: number;
  /** JSON texts of parts that were compared with constants. */
  readonly texts: Map<RegoValue, string>;
}

/** Where in the document; undefined is the root. */
interface Path {
  readonly parent: Path | undefined;
  readonly step: string;
}

/** Parts of schemas that were held against parts of a document: schemas that refer to each other can multiply them without end. */
const MAX_STEPS = 2_000_000;
const MAX_DEPTH = 2_000;

/** Everything in the document that the schema does not allow, properties in order. Throws a fatal `BuiltinError` where that is too much work. */
export function validateDocument(schema: JsonSchema, document: RegoValue): readonly SchemaViolation[] {
  const validation: Validation = { steps: 0, depth: 0, texts: new Map() };
  return outcomeOf({ schema, path: undefined, validation }, document).violations;
}

/** A schema held against the part of the document that lies at a path. */
interface Check {
  readonly schema: JsonSchema;
  readonly path: Path | undefined;
  readonly validation: Validation;
}

interface Checking extends Check {
  readonly outcome: Outcome;
}

function outcomeOf(check: Check, value: RegoValue): Outcome {
  const outcome: Outcome = { violations: [], score: 0 };
  validate({ ...check, outcome }, value);
  return outcome;
}

function validate(given: Checking, value: RegoValue): void {
  const { validation, path } = given;
  let { schema } = given;
  spend(validation, 1);
  while (schema.pass === undefined && schema.target !== undefined) {
    schema = schema.target;
    spend(validation, 1);
  }
  const checking: Checking = { ...given, schema };
  if (schema.pass !== undefined) {
    if (!schema.pass) refuse(checking, "false", "False always fails validation");
    return;
  }
  if (!hasType(schema, value)) {
    const expected = schema.types.length === 1 ? schema.types[0] : `[${schema.types.join(",")}]`;
    refuse(checking, "invalid_type", `Invalid type. Expected: ${expected}, given: ${jsonType(value)}`);
    return;
  }
  if (++validation.depth > MAX_DEPTH) throw new BuiltinError("the schema nests too deep", { fatal: true });
  validateCombinations(checking, value);
  if (isNumber(value)) validateNumber(checking, value);
  else if (isArray(value)) validateArray(checking, value);
  else if (isObject(value)) validateObject(checking, value);
  validateValue(checking, value);
  if (isString(value)) validateString(checking, value);
  if (isObject(value)) {
    for (const [name, property] of schema.properties) {
      const each = getKey(value, name);
      if (each !== undefined) validate({ ...checking, schema: property, path: { parent: path, step: name } }, each);
    }
  }
  validation.depth--;
  checking.outcome.score++;
}

function spend(validation: Validation, steps: number): void {
  validation.steps += steps;
  if (validation.steps > MAX_STEPS)
    throw new BuiltinError("the schema takes too many steps for this document", { fatal: true });
}

/** A number without a fraction is an integer however it is written. */
function jsonType(value: RegoValue): string {
  return isNumber(value) && isInteger(value) ? "integer" : typeName(value);
}

function hasType({ types }: JsonSchema, value: RegoValue): boolean {
  if (types.length === 0) return true;
  const type = jsonType(value);
  return types.some((allowed) => allowed === type || (type === "integer" && allowed === "number"));
}

function refuse({ outcome, path }: Checking, type: string, description: string): void {
  outcome.violations.push({ type, field: fieldText(path), description });
  outcome.score -= 2;
}

function fieldText(path: Path | undefined): string {
  const steps: string[] = [];
  for (let at = path; at !== undefined; at = at.parent) steps.push(at.step);
  return steps.length === 0 ? "(Root)" : steps.reverse().join(".");
}

function adopt({ outcome, validation }: Checking, { violations, score }: Outcome): void {
  spend(validation, violations.length);
  for (const violation of violations) outcome.violations.push(violation);
  outcome.score += score;
}

function validateCombinations(checking: Checking, value: RegoValue): void {
  const { schema } = checking;
  validateAnyOf(checking, value);
  validateOneOf(checking, value);
  if (schema.allOf.length > 0) {
    let valid = true;
    for (const each of schema.allOf) {
      const outcome = outcomeOf({ ...checking, schema: each }, value);
      valid &&= isValid(outcome);
      adopt(checking, outcome);
    }
    if (!valid) refuse(checking, "number_all_of", "Must validate all the schemas (allOf)");
  }
  if (schema.not !== undefined && isValid(outcomeOf({ ...checking, schema: schema.not }, value)))
    refuse(checking, "number_not", "Must not validate the schema (not)");
  if (schema.dependencies.size > 0 && isObject(value)) validateDependencies(checking, value);
  validateCondition(checking, value);
  checking.outcome.score++;
}

function isValid({ violations }: Outcome): boolean {
  return violations.length === 0;
}

function validateAnyOf(checking: Checking, value: RegoValue): void {
  const { anyOf } = checking.schema;
  if (anyOf.length === 0) return;
  let best: Outcome | undefined;
  for (const each of anyOf) {
    const outcome = outcomeOf({ ...checking, schema: each }, value);
    if (isValid(outcome)) return;
    if (best === undefined || outcome.score > best.score) best = outcome;
  }
  refuse(checking, "number_any_of", "Must validate at least one schema (anyOf)");
  if (best !== undefined) adopt(checking, best);
}

function validateOneOf(checking: Checking, value: RegoValue): void {
  const { oneOf } = checking.schema;
  if (oneOf.length === 0) return;
  let count = 0;
  let best: Outcome | undefined;
  for (const each of oneOf) {
    const outcome = outcomeOf({ ...checking, schema: each }, value);
    if (isValid(outcome)) count++;
    else if (count === 0 && (best === undefined || outcome.score > best.score)) best = outcome;
  }
  if (count === 1) return;
  refuse(checking, "number_one_of", "Must validate one and only one schema (oneOf)");
  if (count === 0 && best !== undefined) adopt(checking, best);
}

function validateDependencies(checking: Checking, value: RegoObject): void {
  for (const [name] of namedEntries(value)) {
    const dependency = checking.schema.dependencies.get(name);
    if (dependency === undefined) continue;
    if (!isNameList(dependency)) {
      validate({ ...checking, schema: dependency }, value);
      continue;
    }
    for (const other of dependency)
      if (getKey(value, other) === undefined) refuse(checking, "missing_dependency", `Has a dependency on ${other}`);
  }
}

function isNameList(dependency: readonly string[] | JsonSchema): dependency is readonly string[] {
  return Array.isArray(dependency);
}

function validateCondition(checking: Checking, value: RegoValue): void {
  const { schema } = checking;
  if (schema.if === undefined) return;
  const holds = isValid(outcomeOf({ ...checking, schema: schema.if }, value));
  const consequence = holds ? schema.then : schema.else;
  if (consequence === undefined) return;
  const outcome = outcomeOf({ ...checking, schema: consequence }, value);
  if (isValid(outcome)) return;
  const [type, what] = holds
    ? ["condition_then", `"then" as "if" was valid`]
    : ["condition_else", `"else" as "if" was not valid`];
  refuse(checking, type, `Must validate ${what}`);
  adopt(checking, outcome);
}

/** `const`, `enum`, `format`. */
function validateValue(checking: Checking, value: RegoValue): void {
  const { schema, path } = checking;
  if (schema.const !== undefined && textOf(checking, value) !== schema.const)
    refuse(checking, "const", `${fieldText(path)} does not match: ${schema.const}`);
  if (schema.enum !== undefined && !schema.enum.includes(textOf(checking, value)))
    refuse(checking, "enum", `${fieldText(path)} must be one of the following: ${schema.enum.join(", ")}`);
  if (schema.format !== undefined && schema.format !== "" && isString(value) && !matchesFormat(schema.format, value))
    refuse(checking, "format", `Does not match format '${schema.format}'`);
  checking.outcome.score++;
}

function textOf({ validation: { texts } }: Checking, value: RegoValue): string {
  const known = texts.get(value);
  if (known !== undefined) return known;
  const text = toJson(value);
  if (typeof value === "object") texts.set(value, text);
  return text;
}

function validateArray(checking: Checking, values: readonly RegoValue[]): void {
  const { schema } = checking;
  validateItems(checking, values);
  if (schema.minItems !== undefined && values.length < schema.minItems)
    refuse(checking, "array_min_items", `Array must have at least ${schema.minItems} items`);
  if (schema.maxItems !== undefined && values.length > schema.maxItems)
    refuse(checking, "array_max_items", `Array must have at most ${schema.maxItems} items`);
  if (schema.uniqueItems) validateUnique(checking, values);
  if (schema.contains !== undefined) validateContains(checking, values, schema.contains);
  checking.outcome.score++;
}

function validateItems(checking: Checking, values: readonly RegoValue[]): void {
  const { items, additionalItems } = checking.schema;
  if (items === undefined) return;
  if (!isSchemaList(items)) {
    for (const [index, value] of values.entries()) adopt(checking, outcomeOf(itemCheck(checking, items, index), value));
    return;
  }
  for (const [index, schema] of items.entries()) {
    const value = values[index];
    if (value === undefined) break;
    adopt(checking, outcomeOf(itemCheck(checking, schema, index), value));
  }
  if (items.length === 0 || items.length >= values.length) return;
  if (additionalItems === false) refuse(checking, "array_no_additional_items", "No additional items allowed on array");
  if (typeof additionalItems !== "object") return;
  for (const [offset, value] of values.slice(items.length).entries())
    adopt(checking, outcomeOf(itemCheck(checking, additionalItems, items.length + offset), value));
}

function isSchemaList(items: JsonSchema | readonly JsonSchema[]): items is readonly JsonSchema[] {
  return Array.isArray(items);
}

function itemCheck({ path, validation }: Checking, schema: JsonSchema, index: number): Check {
  return { schema, path: { parent: path, step: String(index) }, validation };
}

function validateUnique(checking: Checking, values: readonly RegoValue[]): void {
  const places = new Map<string, number>();
  for (const [index, value] of values.entries()) {
    const text = toJson(value);
    const earlier = places.get(text);
    if (earlier !== undefined) refuse(checking, "unique", `array items[${earlier},${index}] must be unique`);
    places.set(text, index);
  }
}

function validateContains(checking: Checking, values: readonly RegoValue[], schema: JsonSchema): void {
  let best: Outcome | undefined;
  for (const [index, value] of values.entries()) {
    const outcome = outcomeOf(itemCheck(checking, schema, index), value);
    if (isValid(outcome)) return;
    if (best === undefined || outcome.score > best.score) best = outcome;
  }
  refuse(checking, "contains", "At least one of the items must match");
  if (best !== undefined) adopt(checking, best);
}

function validateObject(checking: Checking, value: RegoObject): void {
  const { schema, path, validation, outcome } = checking;
  const size = objectSize(value);
  if (schema.minProperties !== undefined && size < schema.minProperties)
    refuse(checking, "array_min_properties", `Must have at least ${schema.minProperties} properties`);
  if (schema.maxProperties !== undefined && size > schema.maxProperties)
    refuse(checking, "array_max_properties", `Must have at most ${schema.maxProperties} properties`);
  for (const name of schema.required) {
    if (getKey(value, name) !== undefined) outcome.score++;
    else refuse(checking, "required", `${name} is required`);
  }
  const entries = namedEntries(value);
  for (const [name, each] of entries) {
    spend(validation, 1);
    const matched = validatePatternProperties(checking, name, each);
    if (matched || schema.properties.has(name)) continue;
    if (schema.additionalProperties === false)
      refuse(checking, "additional_property_not_allowed", `Additional property ${name} is not allowed`);
    else if (typeof schema.additionalProperties === "object") {
      const check = { schema: schema.additionalProperties, path: { parent: path, step: name }, validation };
      adopt(checking, outcomeOf(check, each));
    }
  }
  if (schema.propertyNames !== undefined) {
    for (const [name] of entries) {
      const found = outcomeOf({ schema: schema.propertyNames, path, validation }, name);
      if (isValid(found)) continue;
      refuse(checking, "invalid_property_name", `Property name of "${name}" does not match`);
      adopt(checking, found);
    }
  }
  outcome.score++;
}

function validatePatternProperties(checking: Checking, name: string, value: RegoValue): boolean {
  const { schema, path, validation } = checking;
  let matched = false;
  for (const each of schema.patternProperties) {
    spend(validation, 1 + name.length / 64);
    if (!each.pattern.test(name)) continue;
    matched = true;
    adopt(checking, outcomeOf({ schema: each.schema, path: { parent: path, step: name }, validation }, value));
  }
  if (matched) checking.outcome.score++;
  return matched;
}

function validateString(checking: Checking, value: string): void {
  const { schema, validation } = checking;
  if (schema.minLength !== undefined && countCodePoints(value) < schema.minLength)
    refuse(checking, "string_gte", `String length must be greater than or equal to ${schema.minLength}`);
  if (schema.maxLength !== undefined && countCodePoints(value) > schema.maxLength)
    refuse(checking, "string_lte", `String length must be less than or equal to ${schema.maxLength}`);
  if (schema.pattern !== undefined) {
    spend(validation, value.length / 64);
    if (!schema.pattern.expression.test(value))
      refuse(checking, "pattern", `Does not match pattern '${schema.pattern.text}'`);
  }
  checking.outcome.score++;
}

function validateNumber(checking: Checking, value: RegoNumeric): void {
  const { multipleOf, minimum, maximum, exclusiveMinimum, exclusiveMaximum } = checking.schema;
  if (multipleOf !== undefined && !isMultiple(value, multipleOf))
    refuse(checking, "multiple_of", `Must be a multiple of ${limitText(multipleOf)}`);
  if (maximum !== undefined && compareNumbers(value, maximum) > 0)
    refuse(checking, "number_lte", `Must be less than or equal to ${limitText(maximum)}`);
  if (exclusiveMaximum !== undefined && compareNumbers(value, exclusiveMaximum) >= 0)
    refuse(checking, "number_lt", `Must be less than ${limitText(exclusiveMaximum)}`);
  if (minimum !== undefined && compareNumbers(value, minimum) < 0)
    refuse(checking, "number_gte", `Must be greater than or equal to ${limitText(minimum)}`);
  if (exclusiveMinimum !== undefined && compareNumbers(value, exclusiveMinimum) <= 0)
    refuse(checking, "number_gt", `Must be greater than ${limitText(exclusiveMinimum)}`);
  checking.outcome.score++;
}

/** Places between the two numbers' last digits that are worth calculating with. */
const MAX_PLACES = 10_000;

function isMultiple(value: RegoNumeric, of: RegoNumeric): boolean {
  const [a, b] = [decimalOf(value), decimalOf(of)];
  if (a.coefficient === 0n) return true;
  const places = a.exponent - b.exponent;
  if (Math.abs(places) > MAX_PLACES)
    throw new BuiltinError("multipleOf: the numbers are too far apart", { fatal: true });
  const shift = 10n ** BigInt(Math.abs(places));
  return places >= 0 ? (a.coefficient * shift) % b.coefficient === 0n : a.coefficient % (b.coefficient * shift) === 0n;
}
