import { BuiltinError } from "@flyball/engine";
import {
  isArray,
  isObject,
  isSet,
  isString,
  objectEntries,
  type RegoObject,
  type RegoValue,
} from "@flyball/engine/values";
import type { BuiltinTable } from "../builtin-table.ts";
import { MAX_TEXT } from "../limits.ts";
import { objectAt, stringAt } from "../operand.ts";
import { parseTemplate } from "./parse-template.ts";
import { TEMPLATE_FUNCTIONS } from "./template-functions.ts";
import type { Operand, ParsedTemplate, Pipe, TemplateNode } from "./template-node.ts";
import {
  fieldOf,
  isList,
  isMapping,
  isTrue,
  type TemplateValue,
  toTemplateValue,
  valueText,
} from "./template-value.ts";

/** Go's text/template over an object, without methods and without `call` and `slice`. */
export const textTemplates: BuiltinTable = {
  "strings.render_template": (args) => renderTemplate(stringAt(args, 0), objectAt(args, 1)),
};

/** Nodes that one call may run through: loops in loops multiply. */
const MAX_STEPS = 2_000_000;
const MAX_CALLS = 100;

interface Run {
  readonly template: ParsedTemplate;
  /** Variables, those declared last at the end. */
  readonly variables: { readonly name: string; value: TemplateValue }[];
  text: string;
  steps: number;
  calls: number;
}

/** OPA reads the variables as JSON, which has no sets and no other keys than texts. */
function isPlain(value: RegoValue): boolean {
  if (isArray(value)) return value.every(isPlain);
  if (isSet(value)) return false;
  return !isObject(value) || objectEntries(value).every(([key, each]) => isString(key) && isPlain(each));
}

function renderTemplate(source: string, data: RegoObject): string {
  if (!isPlain(data)) throw new BuiltinError("the variables hold a set, or a key that is no text");
  const dot = toTemplateValue(data);
  const run: Run = {
    template: parseTemplate(source),
    variables: [{ name: "$", value: dot }],
    text: "",
    steps: 0,
    calls: 0,
  };
  renderList(run, run.template.main, dot);
  return run.text.replaceAll("<no value>", "<undefined>");
}

/** How a list of nodes was left. */
type Exit = "end" | "break" | "continue";

function renderList(run: Run, nodes: readonly TemplateNode[], dot: TemplateValue): Exit {
  const scope = run.variables.length;
  let exit: Exit = "end";
  for (const node of nodes) {
    exit = renderNode(run, node, dot);
    if (exit !== "end") break;
  }
  run.variables.length = scope;
  return exit;
}

function renderNode(run: Run, node: TemplateNode, dot: TemplateValue): Exit {
  if (++run.steps > MAX_STEPS) throw new BuiltinError("template: too many steps", { fatal: true });
  switch (node.kind) {
    case "text":
      write(run, node.text);
      return "end";
    case "action": {
      const value = evaluatePipe(run, node.pipe, dot);
      if (node.pipe.variables.length === 0) write(run, valueText(value));
      return "end";
    }
    case "if":
    case "with":
    case "range":
      return renderControl(run, node, dot);
    case "template":
      callTemplate(run, node.name, node.pipe === undefined ? undefined : evaluatePipe(run, node.pipe, dot));
      return "end";
    case "break":
    case "continue":
      return node.kind;
  }
}

function write(run: Run, text: string): void {
  run.text += text;
  if (run.text.length > MAX_TEXT) throw new BuiltinError("the text is too long", { fatal: true });
}

function callTemplate(run: Run, name: string, dot: TemplateValue): void {
  const nodes = run.template.named.get(name);
  if (nodes === undefined) throw new BuiltinError(`template: template ${JSON.stringify(name)} not defined`);
  if (++run.calls > MAX_CALLS) throw new BuiltinError("template: exceeded maximum template depth");
  const outer = run.variables.splice(0, run.variables.length, { name: "$", value: dot });
  renderList(run, nodes, dot);
  run.variables.splice(0, run.variables.length, ...outer);
  run.calls--;
}

type Control = TemplateNode & { readonly kind: "if" | "with" | "range" };

function renderControl(run: Run, node: Control, dot: TemplateValue): Exit {
  const scope = run.variables.length;
  const value = evaluatePipe(run, node.pipe, dot);
  const exit =
    node.kind === "range"
      ? renderRange(run, node, value, dot)
      : isTrue(value)
        ? renderList(run, node.body, node.kind === "with" ? value : dot)
        : renderList(run, node.otherwise, dot);
  run.variables.length = scope;
  return exit;
}

function renderRange(run: Run, { pipe, body, otherwise }: Control, value: TemplateValue, dot: TemplateValue): Exit {
  const [first, second] = pipe.variables;
  let count = 0;
  for (const [key, element] of elementsOf(value)) {
    count++;
    // With one variable it is the element, with two the first is the key.
    if (first !== undefined) setVariable(run, first, second === undefined ? element : key);
    if (second !== undefined) setVariable(run, second, element);
    if (renderList(run, body, element) === "break") break;
  }
  return count === 0 ? renderList(run, otherwise, dot) : "end";
}

function elementsOf(value: TemplateValue): Iterable<readonly [TemplateValue, TemplateValue]> {
  if (isList(value)) return value.map((element, index) => [BigInt(index), element] as const);
  if (isMapping(value)) return value;
  if (value === null || value === undefined) return [];
  if (typeof value === "bigint") return integersBelow(value);
  throw new BuiltinError(`template: range can't iterate over ${valueText(value)}`);
}

function* integersBelow(count: bigint): Iterable<readonly [bigint, bigint]> {
  for (let integer = 0n; integer < count; integer++) yield [integer, integer];
}

function setVariable(run: Run, name: string, value: TemplateValue): void {
  const variable = run.variables.findLast((each) => each.name === name);
  if (variable !== undefined) variable.value = value;
}

function evaluatePipe(run: Run, pipe: Pipe, dot: TemplateValue): TemplateValue {
  let value: TemplateValue;
  for (const [index, command] of pipe.commands.entries())
    value = evaluateCommand(run, command, dot, index === 0 ? [] : [value]);
  for (const name of pipe.variables) {
    if (pipe.assigns) setVariable(run, name, value);
    else run.variables.push({ name, value });
  }
  return value;
}

function evaluateCommand(
  run: Run,
  command: readonly Operand[],
  dot: TemplateValue,
  piped: readonly TemplateValue[],
): TemplateValue {
  const [first, ...operands] = command;
  if (first?.kind !== "function") {
    if (first === undefined || operands.length > 0 || piped.length > 0)
      throw new BuiltinError("template: can't give argument to non-function");
    if (first.kind === "nil") throw new BuiltinError("template: nil is not a command");
    return evaluate(run, first, dot);
  }
  const { name } = first;
  // These two look at no operand behind the one that decides.
  if (name === "and" || name === "or") {
    let value: TemplateValue;
    for (const [index, operand] of operands.entries()) {
      value = evaluate(run, operand, dot);
      if (isTrue(value) === (name === "or")) return value;
      if (index === operands.length - 1 && piped.length === 0) return value;
    }
    return piped.length === 0 ? value : piped[0];
  }
  const args = [...operands.map((operand) => evaluate(run, operand, dot)), ...piped];
  return TEMPLATE_FUNCTIONS[name]?.(args);
}

function evaluate(run: Run, operand: Operand, dot: TemplateValue): TemplateValue {
  switch (operand.kind) {
    case "dot":
      return dot;
    case "nil":
      return null;
    case "literal":
      return operand.value;
    case "variable":
      return run.variables.findLast(({ name }) => name === operand.name)?.value;
    case "function":
      return evaluateCommand(run, [operand], dot, []);
    case "pipe":
      return evaluatePipe(run, operand.pipe, dot);
    case "fields":
      return operand.names.reduce(fieldOf, evaluate(run, operand.of, dot));
  }
}
