import { getKey, isArray, isObject, isString, type RegoValue, structuralKey } from "@flyball/engine/values";
import type { Annotation, Annotations } from "../../bind/metadata/annotations.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { pathKey } from "../../documents/path-key.ts";
import type { RuleNode, Span } from "../../syntax/nodes.ts";
import { ANY, type ObjectType, type RegoType } from "./rego-type.ts";
import { SchemaMistake, schemaType } from "./schema-type.ts";

/** What schemas say of the documents that a rule refers to. */
export interface DocumentSchemas {
  /** Undefined: nothing is known. */
  readonly input: RegoType | undefined;
  /** By path without `data`, later ones first. */
  readonly data: readonly { readonly path: readonly string[]; readonly type: RegoType }[];
}

export const NO_SCHEMAS: DocumentSchemas = { input: undefined, data: [] };

/** JSON Schemas that policies refer to, by path: `a/b` is `schema.a.b`; the empty path is `schema`, which is that of the input everywhere. */
export type SchemaDocuments = Readonly<Record<string, RegoValue>>;

interface Asked {
  readonly rule: RuleNode;
  readonly packagePath: readonly string[];
  readonly path: readonly string[];
}

interface Given {
  readonly annotations: Annotations | undefined;
  /** Undefined where none were given: then annotations that refer to schemas say nothing. */
  readonly documents: SchemaDocuments | undefined;
  readonly diagnostics: Diagnostic[];
}

interface SchemasInForce {
  /** What holds where no annotation says anything. */
  readonly everywhere: DocumentSchemas;
  readonly inRule: (asked: Asked) => DocumentSchemas;
}

/** Answers what holds in a rule: annotations of the packages above, the package, the document and the rule, one after the other. Mistakes are reported at each rule that they concern. */
export function schemasInForce({ annotations, documents, diagnostics }: Given): SchemasInForce {
  const types = new Map<string, RegoType | SchemaMistake>();
  const typeAt = (key: string, document: RegoValue): RegoType => {
    const known = types.get(key) ?? typeOrMistake(document);
    types.set(key, known);
    if (known instanceof SchemaMistake) throw known;
    return known;
  };
  const whole = documents !== undefined && Object.hasOwn(documents, "") ? documents[""] : undefined;
  const everywhere = { ...NO_SCHEMAS, input: whole === undefined ? undefined : typeOfInput(whole, diagnostics) };
  return {
    everywhere,
    inRule: (asked) => {
      let found: DocumentSchemas = everywhere;
      for (const schema of annotations === undefined ? [] : schemaAnnotations(annotations, asked)) {
        try {
          const type = annotatedType(schema, { documents, typeAt });
          if (type !== undefined) found = withSchema(found, schema.path, type);
        } catch (error) {
          if (!(error instanceof SchemaMistake)) throw error;
          diagnostics.push(mistake(error.message, asked.rule.head.span));
        }
      }
      return found;
    },
  };
}

/** The schema of the input everywhere is no policy's: a mistake in it has no place in one. */
function typeOfInput(document: RegoValue, diagnostics: Diagnostic[]): RegoType | undefined {
  try {
    return schemaType(document);
  } catch (error) {
    if (!(error instanceof SchemaMistake)) throw error;
    diagnostics.push(mistake(error.message, { file: "schema", start: 0, end: 0 }));
    return undefined;
  }
}

function mistake(message: string, span: Span): Diagnostic {
  return { code: "rego_type_error", severity: "error", span, message };
}

function typeOrMistake(document: RegoValue): RegoType | SchemaMistake {
  try {
    return schemaType(document);
  } catch (error) {
    if (error instanceof SchemaMistake) return error;
    throw error;
  }
}

interface SchemaAnnotation {
  readonly path: readonly string[];
  readonly reference: readonly string[] | undefined;
  readonly definition: RegoValue | undefined;
}

function schemaAnnotations(annotations: Annotations, { rule, packagePath, path }: Asked): readonly SchemaAnnotation[] {
  const { ofSubpackages, ofPackages, ofDocuments, ofRules } = annotations;
  const around: (Annotation | undefined)[] = [];
  for (let length = 0; length <= packagePath.length; length++)
    around.push(ofSubpackages.get(pathKey(packagePath.slice(0, length))));
  around.push(ofPackages.get(pathKey(packagePath)), ofDocuments.get(pathKey(path)), ...(ofRules.get(rule) ?? []));
  return around.flatMap((annotation) => (annotation === undefined ? [] : readSchemas(annotation.value)));
}

function readSchemas(annotation: RegoValue): readonly SchemaAnnotation[] {
  const schemas = isObject(annotation) ? getKey(annotation, "schemas") : undefined;
  if (schemas === undefined || !isArray(schemas)) return [];
  return schemas.filter(isObject).map((each) => ({
    path: steps(getKey(each, "path")) ?? [],
    reference: steps(getKey(each, "schema")),
    definition: getKey(each, "definition"),
  }));
}

function steps(value: RegoValue | undefined): readonly string[] | undefined {
  return value !== undefined && isArray(value) ? value.filter(isString) : undefined;
}

interface SchemaSource {
  readonly documents: SchemaDocuments | undefined;
  readonly typeAt: (key: string, document: RegoValue) => RegoType;
}

function annotatedType(
  { reference, definition }: SchemaAnnotation,
  { documents, typeAt }: SchemaSource,
): RegoType | undefined {
  if (reference === undefined) return definition === undefined ? undefined : schemaType(definition);
  if (documents === undefined) return undefined;
  const key = reference.slice(1).join("/");
  const document = reference[0] === "schema" && Object.hasOwn(documents, key) ? documents[key] : undefined;
  if (document === undefined) throw new SchemaMistake(`undefined schema: ${referenceText(reference)}`);
  return typeAt(key, document);
}

function referenceText([root = "", ...rest]: readonly string[]): string {
  return root + rest.map((step) => (/^[a-zA-Z_]\w*$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`)).join("");
}

function withSchema(schemas: DocumentSchemas, [root, ...path]: readonly string[], type: RegoType): DocumentSchemas {
  if (root === "data") return { ...schemas, data: [{ path, type }, ...schemas.data] };
  return root === "input"
    ? { ...schemas, input: overridden(schemas.input, path, { by: type, around: OPEN }) }
    : schemas;
}

const OPEN: ObjectType["dynamic"] = { key: ANY, value: ANY };

/** The type with what lies at the path replaced. What is not known around it stays so; what an object that is known has not, it gets as far as the path goes. */
function overridden(
  type: RegoType | undefined,
  [step, ...rest]: readonly string[],
  { by, around }: { readonly by: RegoType; readonly around: ObjectType["dynamic"] },
): RegoType {
  if (step === undefined) return by;
  const unknown: ObjectType = { kind: "object", properties: new Map(), dynamic: type === undefined ? around : OPEN };
  const object = type?.kind === "object" ? type : unknown;
  const key = structuralKey(step);
  const inner = overridden(object.properties.get(key)?.type, rest, { by, around: object.dynamic });
  return { ...object, properties: new Map([...object.properties, [key, { key: step, type: inner }]]) };
}
