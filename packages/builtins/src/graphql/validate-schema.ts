import { BuiltinError } from "@flyball/engine";
import { getKey, type RegoObject } from "@flyball/engine/values";
import { flagOf, nodeOf, nodesOf, textOf, textsOf } from "./graphql-node.ts";
import { collectTypes, namedType, type SchemaType, type SchemaTypes, typeOf } from "./schema-types.ts";

/** Checks a schema document as gqlparser's ValidateSchemaDocument does, after the GraphQL specification, section 3. Throws `BuiltinError` with what is wrong first; answers its types. */
export function validateGraphqlSchema(document: RegoObject): SchemaTypes {
  const schema = collectTypes(document);
  const definitions = nodesOf(document, "Schema");
  if (definitions.length > 1)
    throw new BuiltinError("Cannot have multiple schema entry points, consider schema extensions instead.");
  for (const node of [...definitions, ...nodesOf(document, "SchemaExtension")]) {
    for (const entry of nodesOf(node, "OperationTypes")) {
      const type = textOf(entry, "Type");
      if (!schema.types.has(type))
        throw new BuiltinError(
          `Schema root ${textOf(entry, "Operation")} refers to a type ${type} that does not exist.`,
        );
    }
    checkDirectives(schema, nodesOf(node, "Directives"), { location: "SCHEMA", once: true });
  }
  for (const type of schema.types.values()) checkType(schema, type);
  checkInputCycles(schema);
  for (const [name, directive] of schema.directives) {
    checkName(name);
    checkParameters(schema, nodesOf(directive, "Arguments"), name);
  }
  return schema;
}

function checkName(name: string): void {
  if (name.startsWith("__"))
    throw new BuiltinError(`Name "${name}" must not begin with "__", which is reserved by GraphQL introspection.`);
}

function checkType(schema: SchemaTypes, type: SchemaType): void {
  const { name, kind } = type;
  for (const field of type.fields) {
    checkName(textOf(field, "Name"));
    checkReference(schema, typeOf(field));
    checkParameters(schema, nodesOf(field, "Arguments"), undefined);
    const location = kind === "INPUT_OBJECT" ? "INPUT_FIELD_DEFINITION" : "FIELD_DEFINITION";
    checkDirectives(schema, nodesOf(field, "Directives"), { location, once: true });
  }
  for (const member of type.members) {
    const found = schema.types.get(member);
    if (found === undefined) throw new BuiltinError(`Undefined type "${member}".`);
    if (found.kind !== "OBJECT") throw new BuiltinError(`${kind} type "${member}" must be OBJECT.`);
  }
  for (const each of type.interfaces) checkImplements(schema, type, each);
  checkContents(schema, type);
  checkOnce(
    type.fields.map((field) => textOf(field, "Name")),
    (twice) => `Field ${name}.${twice} can only be defined once.`,
  );
  checkOnce(
    type.enumValues.map((value) => textOf(value, "Name")),
    (twice) => `Enum value ${name}.${twice} can only be defined once.`,
  );
  checkOnce(type.members, (twice) => `Union type ${name} can only include type ${twice} once.`);
  if (!type.builtIn) checkName(name);
  checkDirectives(schema, type.directives, { location: kind, once: false });
}

const OUTPUT_KINDS = new Set(["SCALAR", "OBJECT", "INTERFACE", "UNION", "ENUM"]);
const INPUT_KINDS = new Set(["SCALAR", "ENUM", "INPUT_OBJECT"]);

function checkContents(schema: SchemaTypes, type: SchemaType): void {
  const { name, kind } = type;
  if (kind === "ENUM") {
    if (type.enumValues.length === 0)
      throw new BuiltinError(`${kind} ${name}: must define one or more unique enum values.`);
    for (const value of type.enumValues) {
      const word = textOf(value, "Name");
      if (word === "true" || word === "false" || word === "null")
        throw new BuiltinError(`${kind} ${name}: non-enum value ${word}.`);
      checkDirectives(schema, nodesOf(value, "Directives"), { location: "ENUM_VALUE", once: true });
    }
    return;
  }
  if (kind !== "OBJECT" && kind !== "INTERFACE" && kind !== "INPUT_OBJECT") return;
  if (type.fields.length === 0) {
    const what = kind === "INPUT_OBJECT" ? "input fields" : "fields";
    throw new BuiltinError(`${kind} ${name}: must define one or more ${what}.`);
  }
  const allowed = kind === "INPUT_OBJECT" ? INPUT_KINDS : OUTPUT_KINDS;
  for (const field of type.fields) {
    const found = schema.types.get(namedType(typeOf(field)));
    if (found !== undefined && !allowed.has(found.kind))
      throw new BuiltinError(`${kind} ${name}: field must be one of ${[...allowed].join(", ")}.`);
  }
}

function checkOnce(names: readonly string[], complain: (name: string) => string): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) throw new BuiltinError(complain(name));
    seen.add(name);
  }
}

function checkReference(schema: SchemaTypes, type: RegoObject): SchemaType {
  const found = schema.types.get(namedType(type));
  if (found === undefined) throw new BuiltinError(`Undefined type ${namedType(type)}.`);
  return found;
}

function checkParameters(schema: SchemaTypes, parameters: readonly RegoObject[], directive: string | undefined): void {
  for (const parameter of parameters) {
    checkName(textOf(parameter, "Name"));
    const { kind } = checkReference(schema, typeOf(parameter));
    if (!INPUT_KINDS.has(kind))
      throw new BuiltinError(
        `cannot use argument ${textOf(parameter, "Name")} because ${kind} is not a valid input type`,
      );
    checkDirectives(schema, nodesOf(parameter, "Directives"), {
      location: "ARGUMENT_DEFINITION",
      once: true,
      directive,
    });
  }
}

interface Place {
  readonly location: string;
  /** Whether a directive that is not repeatable may stand here once only. */
  readonly once: boolean;
  /** The directive whose definition this is. */
  readonly directive?: string | undefined;
}

function checkDirectives(
  schema: SchemaTypes,
  directives: readonly RegoObject[],
  { location, once, directive }: Place,
): void {
  const seen = new Set<string>();
  for (const node of directives) {
    const name = textOf(node, "Name");
    checkName(name);
    if (name === directive) throw new BuiltinError(`Directive ${name} cannot refer to itself.`);
    const definition = schema.directives.get(name);
    if (definition === undefined) throw new BuiltinError(`Undefined directive ${name}.`);
    if (once && seen.has(name) && !flagOf(definition, "IsRepeatable"))
      throw new BuiltinError(`The directive ${name} can only be used once at this location.`);
    seen.add(name);
    if (!textsOf(definition, "Locations").includes(location))
      throw new BuiltinError(`Directive ${name} is not applicable on ${location}.`);
    checkArguments(name, nodesOf(node, "Arguments"), nodesOf(definition, "Arguments"));
  }
}

/** gqlparser's number for null among the kinds of values. */
const NULL_VALUE = 6;

function checkArguments(directive: string, given: readonly RegoObject[], parameters: readonly RegoObject[]): void {
  for (const argument of given) {
    const name = textOf(argument, "Name");
    if (named(parameters, name) === undefined)
      throw new BuiltinError(`Undefined argument ${name} for directive ${directive}.`);
  }
  for (const parameter of parameters) {
    if (!flagOf(typeOf(parameter), "NonNull") || nodeOf(parameter, "DefaultValue") !== undefined) continue;
    const argument = named(given, textOf(parameter, "Name"));
    const value = argument === undefined ? undefined : nodeOf(argument, "Value");
    if (value === undefined || getKey(value, "Kind") === NULL_VALUE)
      throw new BuiltinError(`Argument ${textOf(parameter, "Name")} for directive ${directive} cannot be null.`);
  }
}

function named(nodes: readonly RegoObject[], name: string): RegoObject | undefined {
  return nodes.find((node) => textOf(node, "Name") === name);
}

function checkImplements(schema: SchemaTypes, type: SchemaType, interfaceName: string): void {
  const wanted = schema.types.get(interfaceName);
  if (wanted === undefined) throw new BuiltinError(`Undefined type "${interfaceName}".`);
  if (wanted.kind !== "INTERFACE") throw new BuiltinError(`"${interfaceName}" is a non interface type ${wanted.kind}.`);
  const fields = new Map(type.fields.map((field) => [textOf(field, "Name"), field]));
  for (const required of wanted.fields) {
    const name = textOf(required, "Name");
    const context = `For ${type.name} to implement ${interfaceName}`;
    const field = fields.get(name);
    if (field === undefined) throw new BuiltinError(`${context} it must have a field called ${name}.`);
    if (!isCovariant(schema, typeOf(required), typeOf(field)))
      throw new BuiltinError(`${context} the field ${name} has the wrong type.`);
    checkImplementedArguments(
      nodesOf(required, "Arguments"),
      nodesOf(field, "Arguments"),
      `${context} the field ${name}`,
    );
  }
  for (const inherited of wanted.interfaces) {
    if (type.interfaces.includes(inherited)) continue;
    if (inherited === type.name)
      throw new BuiltinError(
        `Type ${type.name} cannot implement ${interfaceName} because it would create a circular reference.`,
      );
    throw new BuiltinError(
      `Type ${type.name} must implement ${inherited} because it is implemented by ${interfaceName}.`,
    );
  }
}

function checkImplementedArguments(
  required: readonly RegoObject[],
  given: readonly RegoObject[],
  context: string,
): void {
  for (const parameter of required) {
    const name = textOf(parameter, "Name");
    const found = named(given, name);
    if (found === undefined)
      throw new BuiltinError(`${context} must have the same arguments but it is missing ${name}.`);
    if (!isCompatible(typeOf(parameter), typeOf(found)))
      throw new BuiltinError(`${context} must have the same arguments but ${name} has the wrong type.`);
  }
  for (const parameter of given) {
    const isRequired = flagOf(typeOf(parameter), "NonNull") && nodeOf(parameter, "DefaultValue") === undefined;
    if (isRequired && named(required, textOf(parameter, "Name")) === undefined)
      throw new BuiltinError(
        `${context}: any additional argument must be optional, and ${textOf(parameter, "Name")} is required.`,
      );
  }
}

/** Whether a field of the actual type can stand for one of the required type. */
function isCovariant(schema: SchemaTypes, required: RegoObject, actual: RegoObject): boolean {
  if (flagOf(required, "NonNull") && !flagOf(actual, "NonNull")) return false;
  const name = textOf(required, "NamedType");
  if (name !== "") {
    const other = textOf(actual, "NamedType");
    return name === other || (schema.possible.get(name)?.has(other) ?? false);
  }
  const [inner, otherInner] = [nodeOf(required, "Elem"), nodeOf(actual, "Elem")];
  return inner === undefined || (otherInner !== undefined && isCovariant(schema, inner, otherInner));
}

function isCompatible(required: RegoObject, actual: RegoObject): boolean {
  if (textOf(required, "NamedType") !== textOf(actual, "NamedType")) return false;
  const [inner, otherInner] = [nodeOf(required, "Elem"), nodeOf(actual, "Elem")];
  if (inner !== undefined && (otherInner === undefined || !isCompatible(inner, otherInner))) return false;
  return !flagOf(actual, "NonNull") || flagOf(required, "NonNull");
}

/** An input object that must hold itself could never be written down. */
function checkInputCycles({ types }: SchemaTypes): void {
  const settled = new Set<string>();
  const open = new Set<string>();
  const visit = (type: SchemaType): void => {
    if (open.has(type.name))
      throw new BuiltinError(
        `Cannot reference Input Object "${type.name}" within itself through a series of non-null fields.`,
      );
    if (settled.has(type.name)) return;
    settled.add(type.name);
    open.add(type.name);
    for (const field of type.fields) {
      const reference = typeOf(field);
      const target = flagOf(reference, "NonNull") ? types.get(textOf(reference, "NamedType")) : undefined;
      if (target?.kind === "INPUT_OBJECT") visit(target);
    }
    open.delete(type.name);
  };
  for (const type of types.values()) if (type.kind === "INPUT_OBJECT") visit(type);
}
