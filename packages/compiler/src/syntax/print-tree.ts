/**
 * The tree as text, one node a line, indented by depth, for golden tests and for reading. `print-module.ts` of other
 * compilers prints source; here that is `format-module.ts`.
 */
import { assertNever } from "../diagnostics/assert-never.ts";
import type { BodyNode, ModuleNode, RuleNode, StatementNode, TermNode } from "./nodes.ts";

/** Ends with a line feed. */
export function printTree(module: ModuleNode): string {
  const lines = [`module ${module.package.path.join("/")}`];
  for (const { path, alias } of module.imports) {
    lines.push(`  import ${path.join("/")}${alias === undefined ? "" : ` as ${alias}`}`);
  }
  for (const rule of module.rules) {
    printRule(rule, lines);
  }
  for (const { text } of module.comments) {
    lines.push(`  comment ${JSON.stringify(text)}`);
  }
  return `${lines.join("\n")}\n`;
}

function printRule({ isDefault, head, body, elses }: RuleNode, lines: string[]): void {
  const [name, ...operands] = head.ref;
  const ref = name.name + operands.map((operand) => `[${printTerm(operand)}]`).join("");
  const args = head.args === undefined ? "" : `(${head.args.map(printTerm).join(", ")})`;
  const contains = head.contains === undefined ? "" : ` contains ${printTerm(head.contains)}`;
  const value = head.value === undefined ? "" : ` ${head.assignment ?? ":="} ${printTerm(head.value)}`;
  lines.push(`  ${isDefault ? "default" : "rule"} ${ref}${args}${contains}${value}`);
  printBody(body, "    ", lines);
  for (const branch of elses) {
    lines.push(`  else${branch.value === undefined ? "" : ` ${printTerm(branch.value)}`}`);
    printBody(branch.body, "    ", lines);
  }
}

function printBody(body: BodyNode | undefined, indent: string, lines: string[]): void {
  for (const statement of body ?? []) {
    lines.push(indent + printStatement(statement));
  }
}

/** One line: `not (call equal x 1) with input {}`. */
export function printStatement(statement: StatementNode): string {
  const modifiers = statement.with.map(({ target, value }) => ` with ${printTerm(target)} as ${printTerm(value)}`);
  return printBare(statement) + modifiers.join("");
}

function printBare(statement: StatementNode): string {
  switch (statement.kind) {
    case "term-statement":
      return printTerm(statement.term);
    case "not-statement":
      return `${statement.scoped ? "not" : "not*"} ${printStatement(statement.statement)}`;
    case "not-body":
      return `not ${statement.written} ${printInline(statement.body)}`;
    case "logical": {
      const { left, right, operator } = statement;
      return `(${operator} ${left.written} ${printInline(left.body)} ${right.written} ${printInline(right.body)})`;
    }
    case "some-declaration":
      return `some ${statement.names.map(({ name }) => name).join(", ")}`;
    case "some-in":
      return `some ${printMembership(statement)}`;
    case "every":
      return `every ${printMembership(statement)} ${printInline(statement.body)}`;
    default:
      return assertNever(statement);
  }
}

interface Membership {
  readonly key: TermNode | undefined;
  readonly value: TermNode;
  readonly domain: TermNode;
}

function printMembership({ key, value, domain }: Membership): string {
  return `${key === undefined ? "" : `${printTerm(key)}, `}${printTerm(value)} in ${printTerm(domain)}`;
}

function printInline(body: BodyNode): string {
  return `{ ${body.map(printStatement).join("; ")} }`;
}

/** One line: `(call plus 1 (ref input "x"))`. */
export function printTerm(term: TermNode): string {
  switch (term.kind) {
    case "null":
      return "null";
    case "boolean":
      return String(term.value);
    case "number":
      return term.text;
    case "string":
      return `${term.raw ? "raw" : ""}${JSON.stringify(term.value)}`;
    case "var":
      return term.name;
    case "ref":
      return `(ref ${[term.head, ...term.operands].map(printTerm).join(" ")})`;
    case "call":
      return `(${[term.written === "parenthesised" ? "call()" : "call", term.operator.join("."), ...term.args.map(printTerm)].join(" ")})`;
    case "array":
      return `[${term.items.map(printTerm).join(" ")}]`;
    case "set":
      return term.items.length === 0 ? "set()" : `{${term.items.map(printTerm).join(" ")}}`;
    case "object":
      return `{${term.entries.map(({ key, value }) => `${printTerm(key)}: ${printTerm(value)}`).join(" ")}${term.entries.length === 0 ? ":" : ""}}`;
    case "comprehension": {
      const key = term.key === undefined ? "" : `${printTerm(term.key)}: `;
      return `(${term.form} ${key}${printTerm(term.head)} | ${term.body.map(printStatement).join("; ")})`;
    }
    case "template":
      return `(${term.raw ? "raw template" : "template"}${term.parts.map((part) => ` ${printPart(part)}`).join("")})`;
    default:
      return assertNever(term);
  }
}

function printPart(part: string | TermNode | StatementNode): string {
  if (typeof part === "string") {
    return JSON.stringify(part);
  }
  return isStatement(part) ? `{${printStatement(part)}}` : `{${printTerm(part)}}`;
}

function isStatement(part: TermNode | StatementNode): part is StatementNode {
  return "with" in part;
}
