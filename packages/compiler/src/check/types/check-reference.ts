import type { BoundTerm } from "../../bind/bound.ts";
import { nearestWord } from "../../diagnostics/nearest-word.ts";
import { dataPathText } from "../../documents/data-path-text.ts";
import { type DocumentNode, extentType, isFunction } from "./document-types.ts";
import { inferTerm } from "./infer-term.ts";
import { ANY, type MaybeType, NUMBER, typeText } from "./rego-type.ts";
import { childOf, typeOfTerm } from "./type-of-term.ts";
import { isEmptyCollection, keysOf, selectKey, unifies, valuesOf } from "./type-relations.ts";
import { schemaOfData, type TypeScope, typeOfVar } from "./type-scope.ts";

type Reference = Extract<BoundTerm, { kind: "ref" }>;

/** Reports a reference to what its document cannot have, and gives the variables among its operands the types of the keys. */
export function checkReference(ref: Reference, scope: TypeScope): void {
  const { root } = ref;
  switch (root.kind) {
    case "input":
      if (scope.schemas.input === undefined) inferOperands(ref, 0, scope);
      else checkBelow(ref, { type: scope.schemas.input, from: 0, scope });
      return;
    case "term":
      // As in OPA `some x in null` is no mistake: it has no solutions.
      if (isScalar(root.term)) inferOperands(ref, 0, scope);
      else checkBelow(ref, { type: typeOfTerm(root.term, scope), from: 0, scope });
      return;
    case "data": {
      const schema = schemaOfData(ref.operands, scope);
      if (schema !== undefined) checkBelow(ref, { type: schema.type, from: schema.depth, scope });
      else if (scope.replaced) inferOperands(ref, 0, scope);
      else checkDocument(ref, scope);
      return;
    }
  }
}

function isScalar(term: BoundTerm): boolean {
  return term.kind === "constant" && (term.value === null || typeof term.value !== "object");
}

function checkDocument(ref: Reference, scope: TypeScope): void {
  let node: DocumentNode = scope.documents.root;
  for (const [index, operand] of ref.operands.entries()) {
    if (operand.kind === "var") {
      const keys = keysOf(extentType(node, scope.documents.typeOf));
      if (!inferOperand(operand, keys, scope)) {
        fail(ref, index, { keys, scope });
        return;
      }
    }
    const child = childOf(node, operand);
    // What the policy does not define may be a base document.
    if (child === undefined) {
      warnOfSlip(ref, { index, node, scope });
      inferOperands(ref, index + 1, scope);
      return;
    }
    node = child;
    if (node.clauses.length === 0) continue;
    if (isFunction(node.clauses)) {
      refuse(ref, scope, " is a function: it can be called, or named in a `with`");
      return;
    }
    checkBelow(ref, { type: scope.documents.typeOf(node), from: index + 1, scope });
    return;
  }
}

/** Among more names than these nobody's slip is looked for: it would take time in proportion to them for every reference. */
const MOST_NAMES = 500;

/** A name that is a slip away from that of a rule or package beside it is no mistake: it may be a base document. But it seldom is. */
function warnOfSlip(
  ref: Reference,
  { index, node, scope }: { readonly index: number; readonly node: DocumentNode; readonly scope: TypeScope },
): void {
  const operand = ref.operands[index];
  if (operand?.kind !== "constant" || typeof operand.value !== "string" || operand.value.length < 4) return;
  if (node.children.size > MOST_NAMES) return;
  const name = operand.value;
  const meant = nearestWord(name, node.children.keys());
  // Singular and plural often stand beside each other.
  if (meant === undefined || meant.startsWith(name) || name.startsWith(meant)) return;
  const before = ref.operands
    .slice(0, index)
    .flatMap((each) => (each.kind === "constant" && typeof each.value === "string" ? [each.value] : []));
  const place = (last: string): string => dataPathText([...before, last]);
  scope.diagnostics.push({
    code: "rego_type_error",
    severity: "warning",
    span: ref.span,
    message: `no rule or package is named ${place(name)}: only a base document can give it a value`,
    suggestion: `Did you mean ${place(meant)}?`,
  });
}

interface Rest {
  readonly type: MaybeType;
  /** The first operand that is not looked at yet. */
  readonly from: number;
  readonly scope: TypeScope;
}

function checkBelow(ref: Reference, { type, from, scope }: Rest): void {
  let current = type;
  for (const [offset, operand] of ref.operands.slice(from).entries()) {
    const index = from + offset;
    if (current === undefined || current.kind === "any") {
      inferOperands(ref, index, scope);
      return;
    }
    if (isEmptyCollection(current)) {
      const keys = current.kind === "array" ? NUMBER : undefined;
      if (operand.kind === "constant" || !inferOperand(operand, keys, scope)) fail(ref, index, { keys, scope });
      else inferOperands(ref, index, scope);
      return;
    }
    const keys = keysOf(current);
    if (keys === undefined) {
      refuse(ref, scope, ` reaches into a ${typeText(current)}`);
      return;
    }
    if (operand.kind === "constant") {
      const child = selectKey(current, operand.value);
      if (child === undefined && !mayBeUnknown(current)) {
        fail(ref, index, { keys, scope, names: namesOf(current) });
        return;
      }
      current = child;
    } else {
      if (!inferOperand(operand, keys, scope)) {
        fail(ref, index, { keys, scope });
        return;
      }
      current = valuesOf(current);
    }
  }
}

/** A collection of which some part has no type yet may have the key. */
function mayBeUnknown(type: MaybeType): boolean {
  switch (type?.kind) {
    case "array":
      return type.items.includes(undefined);
    case "object":
      return (
        [...type.properties.values()].some((property) => property.type === undefined) ||
        (type.dynamic !== undefined && type.dynamic.value === undefined)
      );
    default:
      return false;
  }
}

function inferOperand(operand: BoundTerm, keys: MaybeType, scope: TypeScope): boolean {
  if (operand.kind === "var") {
    const known = typeOfVar(operand.id, scope);
    if (known !== undefined) return keys === undefined || unifies(known, keys);
    scope.vars.set(operand.id, keys ?? ANY);
    return true;
  }
  if (keys === undefined) return true;
  if (operand.kind === "ref") {
    const known = typeOfTerm(operand, scope);
    return known === undefined || unifies(known, keys);
  }
  return inferTerm(operand, keys, { scope, union: false });
}

function inferOperands(ref: Reference, from: number, scope: TypeScope): void {
  for (const operand of ref.operands.slice(from)) {
    if (operand.kind === "var" && typeOfVar(operand.id, scope) === undefined) scope.vars.set(operand.id, ANY);
  }
}

function fail(
  ref: Reference,
  index: number,
  {
    keys,
    scope,
    names = [],
  }: { readonly keys: MaybeType; readonly scope: TypeScope; readonly names?: readonly string[] },
): void {
  const operand = ref.operands[index];
  const given =
    operand?.kind === "constant"
      ? JSON.stringify(operand.value)
      : `a ${typeText(operand && typeOfTerm(operand, scope))}`;
  const wanted = keys === undefined ? "is always empty" : `has keys of type ${typeText(keys)}`;
  const isName = operand?.kind === "constant" && typeof operand.value === "string";
  const what = isName && names.length > 0 ? `, where there is no ${given}` : ` looks up ${given} in what ${wanted}`;
  refuse(ref, scope, what, {
    meant: isName ? nearestWord(operand.value, names) : undefined,
    names,
  });
}

/** The names that an object can have, where they are known. */
function namesOf(type: MaybeType): readonly string[] {
  if (type?.kind !== "object") return [];
  return [...type.properties.values()].flatMap(({ key }) => (typeof key === "string" ? [key] : []));
}

function refuse(
  ref: Reference,
  scope: TypeScope,
  what: string,
  { meant, names = [] }: { readonly meant?: string | undefined; readonly names?: readonly string[] } = {},
): void {
  const suggestion =
    meant !== undefined
      ? `Did you mean ${meant}?`
      : names.length > 0
        ? `It has ${names.slice(0, 12).join(", ")}${names.length > 12 ? ", ..." : ""}.`
        : undefined;
  scope.diagnostics.push({
    code: "rego_type_error",
    severity: "error",
    span: ref.span,
    message: `undefined ref: ${referenceText(ref)}${what}`,
    ...(suggestion === undefined ? {} : { suggestion }),
  });
}

function referenceText({ root, operands }: Reference): string {
  const start = root.kind === "term" ? "the term" : root.kind;
  return start + operands.map(stepText).join("");
}

function stepText(operand: BoundTerm): string {
  if (operand.kind !== "constant") return "[_]";
  const { value } = operand;
  return typeof value === "string" && /^[A-Za-z_]\w*$/.test(value) ? `.${value}` : `[${JSON.stringify(value)}]`;
}
