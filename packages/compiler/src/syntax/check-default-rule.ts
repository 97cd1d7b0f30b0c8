import type { RuleNode, TermNode } from "./nodes.ts";
import { type ParseState, report } from "./parse-state.ts";

/** A default's value is known without evaluating anything but comprehensions; its parameters are plain names. */
export function checkDefaultRule(state: ParseState, { head, span }: RuleNode): void {
  if (head.contains !== undefined) {
    report(state, {
      span: head.contains.span,
      message: "A partial set has no default: it is empty where nothing is in it",
    });
    return;
  }
  if (head.value === undefined) {
    checkAbsentValue(state, { head, span });
    return;
  }
  const open = findOpenTerm(head.value);
  if (open !== undefined) {
    report(state, {
      span: open.span,
      message: `The value of a default rule cannot hold ${NAMES[open.kind]}`,
      suggestion: "write a constant; a comprehension may look things up",
    });
  }
  checkParameters(state, head.args ?? []);
}

/** OPA takes `default p` for `default p := true` (and refuses `default p.q`), which few authors mean. */
function checkAbsentValue(state: ParseState, { head, span }: Pick<RuleNode, "head" | "span">): void {
  const suggestion = "write `default allow := false`, or `:= true` where that is meant";
  if (head.ref.length === 2 && head.args === undefined) {
    report(state, { span, message: "A default rule must have a value", suggestion });
  } else {
    report(state, { span, severity: "warning", message: "A default rule without a value is true", suggestion });
    checkParameters(state, head.args ?? []);
  }
}

const NAMES = {
  var: "a variable",
  ref: "a reference",
  call: "a call",
  template: "an expression in a template",
} as const;

type OpenTerm = Extract<TermNode, { kind: keyof typeof NAMES }>;

function findOpenTerm(term: TermNode): OpenTerm | undefined {
  switch (term.kind) {
    case "var":
    case "ref":
    case "call":
      return term;
    case "template":
      return term.parts.some((part) => typeof part !== "string" && !isScalar(part.kind)) ? term : undefined;
    case "array":
    case "set":
      return firstOf(term.items);
    case "object":
      return firstOf(term.entries.flatMap(({ key, value }) => [key, value]));
    default:
      return undefined;
  }
}

function isScalar(kind: string): boolean {
  return kind === "string" || kind === "number" || kind === "boolean" || kind === "null";
}

function firstOf(terms: readonly TermNode[]): OpenTerm | undefined {
  for (const term of terms) {
    const open = findOpenTerm(term);
    if (open !== undefined) {
      return open;
    }
  }
  return undefined;
}

function checkParameters(state: ParseState, args: readonly TermNode[]): void {
  const seen = new Set<string>();
  for (const arg of args) {
    if (arg.kind !== "var" || arg.name === "input" || arg.name === "data") {
      report(state, {
        span: arg.span,
        message: "The parameters of a default function are plain names",
        suggestion: "write `_` for one that does not matter",
      });
    } else if (arg.name !== "_" && seen.has(arg.name)) {
      report(state, {
        span: arg.span,
        message: `The parameter \`${arg.name}\` stands twice`,
        suggestion: "give each a name of its own",
      });
    } else {
      seen.add(arg.name);
    }
  }
}
