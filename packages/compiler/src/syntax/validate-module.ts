import { InternalError } from "../diagnostics/internal-error.ts";
import type { ModuleNode, Span, StatementNode, TermNode } from "./nodes.ts";

/**
 * Throws `InternalError` where a tree is not one that the parser may give: spans that are empty, leave the file or
 * their parent, or overlap a sibling before them; names that no name can be; numbers that are not JSON's. For tests.
 */
export function validateModule(module: ModuleNode): void {
  const seenHeads = new Set<unknown>();
  check(module.span.start === 0, module.span, "the module starts at 0");
  for (const node of [module.package, ...module.imports, ...module.comments]) {
    checkSpan(node.span, module.span);
  }
  for (const rule of module.rules) {
    checkSpan(rule.span, module.span);
    const { head, body, elses } = rule;
    if (!seenHeads.has(head)) {
      checkSpan(head.span, rule.span);
      checkTerms([...head.ref, ...(head.args ?? [])], head.span);
      checkTerms(
        [head.contains, head.value].filter((term) => term !== undefined),
        head.span,
      );
      check(head.contains === undefined || head.value === undefined, head.span, "a partial set has no value");
      check((head.value === undefined) === (head.assignment === undefined), head.span, "a value is assigned");
    }
    seenHeads.add(head);
    checkBody(body, rule.span);
    for (const branch of elses) {
      checkSpan(branch.span, rule.span);
      checkTerms(branch.value === undefined ? [] : [branch.value], branch.span);
      checkBody(branch.body, branch.span);
    }
  }
}

function check(holds: boolean, { file, start, end }: Span, invariant: string): void {
  if (!holds) {
    throw new InternalError(`syntax tree of ${file} at ${start}..${end}: ${invariant}`);
  }
}

function checkSpan(span: Span, parent: Span): void {
  check(span.file === parent.file, span, "nodes are of one file");
  check(span.start < span.end, span, "a span is not empty");
  check(parent.start <= span.start && span.end <= parent.end, span, `lies within ${parent.start}..${parent.end}`);
}

function checkOrder(nodes: readonly { readonly span: Span }[]): void {
  nodes.forEach(({ span }, index) => {
    const before = nodes[index - 1];
    check(before === undefined || before.span.end <= span.start, span, "starts behind its older sibling");
  });
}

function checkBody(body: readonly StatementNode[] | undefined, parent: Span): void {
  if (body === undefined) {
    return;
  }
  check(body.length > 0, parent, "a body has a statement");
  checkOrder(body);
  for (const statement of body) {
    checkStatement(statement, parent);
  }
}

function checkStatement(statement: StatementNode, parent: Span): void {
  const { span } = statement;
  checkSpan(span, parent);
  checkOrder(statement.with);
  for (const modifier of statement.with) {
    checkSpan(modifier.span, span);
    check(modifier.target.kind === "var" || modifier.target.kind === "ref", modifier.span, "`with` replaces a name");
    checkTerms([modifier.target, modifier.value], modifier.span);
  }
  switch (statement.kind) {
    case "term-statement":
      checkTerms([statement.term], span);
      break;
    case "not-statement":
      checkStatement(statement.statement, span);
      check(statement.statement.with.length === 0, span, "`with` belongs to the negation");
      break;
    case "not-body":
      checkBody(statement.body, span);
      break;
    case "logical":
      checkBody(statement.left.body, span);
      checkBody(statement.right.body, span);
      break;
    case "some-declaration":
      check(statement.names.length > 0, span, "`some` declares a name");
      checkTerms(statement.names, span);
      break;
    case "some-in":
    case "every": {
      const { key, value, domain } = statement;
      checkTerms(key === undefined ? [value, domain] : [key, value, domain], span);
      if (statement.kind === "every") {
        checkBody(statement.body, span);
      }
      break;
    }
    default:
  }
}

function checkTerms(terms: readonly TermNode[], parent: Span): void {
  for (const term of terms) {
    checkTerm(term, parent);
  }
}

function checkTerm(term: TermNode, parent: Span): void {
  const { span } = term;
  checkSpan(span, parent);
  switch (term.kind) {
    case "number":
      check(/^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(term.text), span, "a number is written as in JSON");
      break;
    case "string":
      check(term.value.isWellFormed(), span, "a string is well-formed Unicode");
      break;
    case "var":
      check(/^[A-Za-z_][A-Za-z0-9_\p{Nd}]*$/u.test(term.name), span, "a name is a name");
      break;
    case "ref":
      check(term.operands.length > 0, span, "a reference has an operand");
      checkTerms([term.head, ...term.operands], span);
      checkOrder(term.operands);
      break;
    case "call":
      check(term.operator.length > 0, span, "a call has a name");
      checkSpan(term.operatorSpan, span);
      checkTerms(term.args, span);
      break;
    case "array":
    case "set":
      checkOrder(term.items);
      checkTerms(term.items, span);
      break;
    case "object":
      checkTerms(
        term.entries.flatMap(({ key, value }) => [key, value]),
        span,
      );
      break;
    case "comprehension":
      check((term.form === "object") === (term.key !== undefined), span, "object comprehensions have a key");
      checkTerms(term.key === undefined ? [term.head] : [term.key, term.head], span);
      checkBody(term.body, span);
      break;
    case "template":
      for (const part of term.parts) {
        if (typeof part !== "string") {
          checkPart(part, span);
        }
      }
      break;
    default:
  }
}

function checkPart(part: TermNode | StatementNode, span: Span): void {
  if ("with" in part) {
    checkStatement(part, span);
  } else {
    checkTerm(part, span);
  }
}
