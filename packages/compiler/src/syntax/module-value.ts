import {
  canonicalNumber,
  compareValues,
  getKey,
  isArray,
  isObject,
  makeObject,
  type RegoValue,
} from "@flyball/engine/values";
import { assertNever } from "../diagnostics/assert-never.ts";
import { createSourceFile, positionAt, type SourceFile } from "../diagnostics/source-file.ts";
import type {
  BodyNode,
  CommentNode,
  ElseNode,
  HeadNode,
  LogicalNode,
  LogicalOperand,
  ModuleNode,
  RuleNode,
  StatementNode,
  TermNode,
  VarNode,
} from "./nodes.ts";

/**
 * The syntax tree of a module as the value that `rego.parse_module` answers: the JSON of OPA's own tree, with its names and its way to write scalars, without the places of terms.
 */
export function moduleValue(module: ModuleNode, text: string): RegoValue {
  const writer: Writer = { wildcards: 0 };
  const source = createSourceFile(module.span.file, text);
  return object({
    package: object({ path: [variable(writer, "data"), ...strings(module.package.path)] }),
    imports: listOrNothing(
      module.imports.map(({ path, alias }) => object({ path: namedRef(writer, path), alias: alias })),
    ),
    rules: listOrNothing(module.rules.map((rule) => ruleValue(writer, rule))),
    comments: listOrNothing(module.comments.map((comment) => commentValue(comment, source))),
  });
}

interface Writer {
  /** Each `_` is a variable of its own. */
  wildcards: number;
}

type Fields = Readonly<Record<string, RegoValue | undefined>>;

function object(fields: Fields): RegoValue {
  return makeObject(
    Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
  );
}

function listOrNothing(list: readonly RegoValue[]): RegoValue | undefined {
  return list.length === 0 ? undefined : list;
}

function typed(type: string, value: RegoValue): RegoValue {
  return object({ type, value });
}

function variable(writer: Writer, name: string): RegoValue {
  return typed("var", name === "_" ? `$${writer.wildcards++}` : name);
}

function strings(texts: readonly string[]): readonly RegoValue[] {
  return texts.map((text) => typed("string", text));
}

/** A name with what follows it by points: `io.jwt.decode`. */
function namedRef(writer: Writer, [first = "", ...rest]: readonly string[]): RegoValue {
  return typed("ref", [variable(writer, first), ...strings(rest)]);
}

function commentValue({ text, span }: CommentNode, source: SourceFile): RegoValue {
  const { line, column } = positionAt(source, span.start);
  const bytes = new TextEncoder().encode(text);
  return object({
    Text: btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")),
    Location: object({ file: source.name, row: line, col: column }),
  });
}

const TRUE = { type: "boolean", value: true } as const;

/** The body of a rule that has none. */
function generatedBody(): RegoValue {
  return [object({ generated: true, index: 0, terms: TRUE })];
}

function ruleValue(writer: Writer, { isDefault, head, body, elses }: RuleNode): RegoValue {
  const names = isDefault ? {} : headNames(head, body !== undefined);
  return object({
    default: isDefault || undefined,
    head: headValue(writer, head, names),
    body: body === undefined ? generatedBody() : bodyValue(writer, body),
    else: elseValue(writer, head, { names, elses }),
  });
}

/** What OPA fills in of the older form of heads, where a rule was a name and a key. */
interface HeadNames {
  readonly named?: boolean;
  readonly keyed?: boolean;
}

function headNames({ ref, args, contains, value }: HeadNode, hasBody: boolean): HeadNames {
  const [, key] = ref;
  if (ref.length !== 2 || key === undefined || contains !== undefined) return {};
  if (!hasBody) return value === undefined || args !== undefined ? {} : { named: true, keyed: true };
  return { named: value !== undefined, keyed: args === undefined && (key.kind === "ref" || hasVariable(key)) };
}

function hasVariable(term: TermNode): boolean {
  switch (term.kind) {
    case "var":
      return true;
    case "ref":
      return [term.head, ...term.operands].some(hasVariable);
    case "call":
      return term.args.some(hasVariable);
    case "array":
    case "set":
      return term.items.some(hasVariable);
    case "object":
      return term.entries.some(({ key, value }) => hasVariable(key) || hasVariable(value));
    default:
      return false;
  }
}

function headValue(writer: Writer, head: HeadNode, { named = false, keyed = false }: HeadNames): RegoValue {
  const { ref, args, contains, value, assignment } = head;
  const [name, ...operands] = ref;
  const key = contains ?? (keyed ? ref[1] : undefined);
  const isSet = contains !== undefined && value === undefined;
  return object({
    name: ref.length === 1 || named ? name.name : undefined,
    ref: [variable(writer, name.name), ...operands.map((operand) => termValue(writer, operand))],
    args: args === undefined ? undefined : listOrNothing(args.map((arg) => termValue(writer, arg))),
    key: key === undefined ? undefined : termValue(writer, key),
    value: isSet ? undefined : value === undefined ? TRUE : termValue(writer, value),
    assign: assignment === ":=" || undefined,
  });
}

interface Elses {
  readonly names: HeadNames;
  readonly elses: readonly ElseNode[];
}

/** Each `else` is a rule of its own below the one before it, under the same name. */
function elseValue(writer: Writer, head: HeadNode, { names, elses }: Elses): RegoValue | undefined {
  const [first, ...rest] = elses;
  if (first === undefined) return undefined;
  const { value, assignment = head.assignment, body } = first;
  return object({
    head: headValue(writer, { ...head, value, assignment }, names),
    body: body === undefined ? generatedBody() : bodyValue(writer, body),
    else: elseValue(writer, head, { names, elses: rest }),
  });
}

function bodyValue(writer: Writer, body: BodyNode): RegoValue {
  return body.map((statement, index) => statementValue(writer, statement, index));
}

function statementValue(writer: Writer, statement: StatementNode, index: number): RegoValue {
  const negated = statement.kind === "not-statement" && !statement.scoped;
  return object({
    index,
    negated: negated || undefined,
    terms: negated ? statementTerms(writer, statement.statement) : statementTerms(writer, statement),
    with: listOrNothing(
      (negated ? [...statement.statement.with, ...statement.with] : statement.with).map(({ target, value }) =>
        object({ target: termValue(writer, target), value: termValue(writer, value) }),
      ),
    ),
  });
}

function isRoot({ name }: VarNode): boolean {
  return name === "input" || name === "data";
}

function statementTerms(writer: Writer, statement: StatementNode): RegoValue {
  switch (statement.kind) {
    case "term-statement": {
      const { term } = statement;
      return term.kind === "call" ? callTerms(writer, term.operator, term.args) : termValue(writer, term);
    }
    case "not-statement":
      return object({
        type: "not",
        body: [statementValue(writer, statement.statement, 0)],
        explicit_body: false,
      });
    case "not-body":
      return object({
        type: "not",
        body: bodyValue(writer, statement.body),
        explicit_body: statement.written === "braces",
      });
    case "logical":
      return logicalValue(writer, statement);
    case "some-declaration":
      return object({ symbols: statement.names.map(({ name }: VarNode) => variable(writer, name)) });
    case "some-in": {
      const { key, value, domain } = statement;
      const args = key === undefined ? [value, domain] : [key, value, domain];
      const operator = ["internal", key === undefined ? "member_2" : "member_3"];
      return object({ symbols: [typed("call", callTerms(writer, operator, args))] });
    }
    case "every": {
      const { key, value, domain, body } = statement;
      return object({
        key: key === undefined ? null : variable(writer, key.name),
        value: variable(writer, value.name),
        domain: termValue(writer, domain),
        body: bodyValue(writer, body),
      });
    }
    default:
      return assertNever(statement);
  }
}

function logicalValue(writer: Writer, { operator, left, right }: LogicalNode): RegoValue {
  const isExplicit = ({ written }: LogicalOperand) => written === "braces" || undefined;
  return object({
    type: operator,
    lhs: bodyValue(writer, left.body),
    rhs: bodyValue(writer, right.body),
    explicit_lhs: isExplicit(left),
    explicit_rhs: isExplicit(right),
  });
}

function callTerms(writer: Writer, operator: readonly string[], args: readonly TermNode[]): readonly RegoValue[] {
  return [namedRef(writer, operator), ...args.map((arg) => termValue(writer, arg))];
}

function termValue(writer: Writer, term: TermNode): RegoValue {
  switch (term.kind) {
    case "null":
      return typed("null", makeObject([]));
    case "boolean":
    case "string":
      return typed(term.kind, term.value);
    case "number":
      return typed("number", canonicalNumber(term.text));
    case "var":
      return isRoot(term) ? namedRef(writer, [term.name]) : variable(writer, term.name);
    case "ref":
      return typed("ref", [
        term.head.kind === "var" ? variable(writer, term.head.name) : termValue(writer, term.head),
        ...term.operands.map((part) => termValue(writer, part)),
      ]);
    case "call":
      return typed("call", callTerms(writer, term.operator, term.args));
    case "array":
      return typed(
        "array",
        term.items.map((item) => termValue(writer, item)),
      );
    case "set":
      return typed(
        "set",
        inOrder(term.items.map((item) => [termValue(writer, item), true])).map(([item]) => item),
      );
    case "object":
      return typed(
        "object",
        inOrder(term.entries.map(({ key, value }) => [termValue(writer, key), termValue(writer, value)])),
      );
    case "comprehension": {
      const { form, key, head, body } = term;
      const parts: Fields =
        form === "object"
          ? { key: key && termValue(writer, key), value: termValue(writer, head) }
          : { term: termValue(writer, head) };
      return typed(`${form}comprehension`, object({ ...parts, body: bodyValue(writer, body) }));
    }
    case "template":
      return typed(
        "templatestring",
        object({
          parts: listOrNothing(term.parts.map((part) => templatePart(writer, part))) ?? null,
          multi_line: term.raw,
        }),
      );
    default:
      return assertNever(term);
  }
}

function templatePart(writer: Writer, part: string | TermNode | StatementNode): RegoValue {
  if (typeof part === "string") return typed("string", part);
  switch (part.kind) {
    case "null":
    case "boolean":
    case "string":
    case "number":
      return termValue(writer, part);
    case "term-statement":
    case "logical":
    case "not-statement":
    case "not-body":
    case "some-declaration":
    case "some-in":
    case "every":
      return statementValue(writer, part, 0);
    default:
      return statementValue(writer, { kind: "term-statement", span: part.span, with: [], term: part }, 0);
  }
}

const TERM_ORDER = [
  "null",
  "boolean",
  "number",
  "string",
  "var",
  "ref",
  "array",
  "object",
  "set",
  "arraycomprehension",
  "objectcomprehension",
  "setcomprehension",
  "call",
];

/** Sorted by the first of each pair; of pairs that are the same one stands. */
function inOrder(pairs: readonly (readonly [RegoValue, RegoValue])[]): readonly (readonly [RegoValue, RegoValue])[] {
  const sorted = pairs.toSorted(([a], [b]) => compareTerms(a, b));
  return sorted.filter(([first, second], index) => {
    const next = sorted[index + 1];
    return next === undefined || compareTerms(first, next[0]) !== 0 || compareValues(second, next[1]) !== 0;
  });
}

/** OPA writes sets and objects in the order of their terms: by kind, then by value. */
function compareTerms(a: RegoValue, b: RegoValue): number {
  const [one, other] = [partsOf(a), partsOf(b)];
  if (one === undefined || other === undefined) return compareValues(a, b);
  const difference = TERM_ORDER.indexOf(one.type) - TERM_ORDER.indexOf(other.type);
  if (difference !== 0) return difference;
  if (!isArray(one.value) || !isArray(other.value)) return compareValues(one.value, other.value);
  for (const [index, item] of one.value.entries()) {
    const against = other.value[index];
    if (against === undefined) return 1;
    const order = compareTerms(item, against);
    if (order !== 0) return order;
  }
  return one.value.length - other.value.length;
}

function partsOf(term: RegoValue): { readonly type: string; readonly value: RegoValue } | undefined {
  if (!isObject(term)) return undefined;
  const [type, value] = [getKey(term, "type"), getKey(term, "value")];
  return typeof type === "string" && value !== undefined ? { type, value } : undefined;
}
