import type { ModuleNode, RuleNode, TermNode } from "../syntax/nodes.ts";
import { printStatement, printTerm } from "../syntax/print-tree.ts";

/**
 * What formatting may not change, as text: two modules that mean the same to every later stage have the same one.
 * Left out is how things are written: parentheses, `:= true`, a body that is `true`, the order of imports within the
 * module, and of comments all but their texts.
 */
export function describeMeaning(module: ModuleNode): string {
  const imports = module.imports
    .filter(({ path }) => path[0] !== "future" || path[1] !== "keywords" || isLater(path[2]))
    .map(({ path, alias }) => JSON.stringify([path, alias]));
  const comments = module.comments.map(({ text }) => text.trim());
  return JSON.stringify([module.package.path, imports.sort(), module.rules.map(describeRule), comments.sort()]);
}

/** Keywords that `import rego.v1` does not stand for. */
function isLater(keyword: string | undefined): boolean {
  return keyword === undefined || keyword === "and" || keyword === "or" || keyword === "not";
}

function describeRule({ isDefault, head, body, elses }: RuleNode): string {
  return JSON.stringify([
    isDefault,
    head.ref.map(describeTerm),
    head.args?.map(describeTerm),
    head.contains === undefined ? null : describeTerm(head.contains),
    describeValue(head.value),
    describeBody(body),
    elses.map((branch) => [describeValue(branch.value), describeBody(branch.body)]),
  ]);
}

function describeTerm(term: TermNode): string {
  return withoutParentheses(printTerm(term));
}

function withoutParentheses(text: string): string {
  return text.replaceAll("(call() ", "(call ").replaceAll(' raw"', ' "');
}

function describeValue(value: TermNode | undefined): string {
  return value === undefined ? "true" : describeTerm(value);
}

function describeBody(body: RuleNode["body"]): readonly string[] {
  const statements = (body ?? []).map((statement) => withoutParentheses(printStatement(statement)));
  return statements.length === 0 ? ["true"] : statements;
}
