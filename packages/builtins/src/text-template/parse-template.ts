import { BuiltinError } from "@flyball/engine";
import { TEMPLATE_FUNCTIONS } from "./template-functions.ts";
import type { Operand, ParsedTemplate, Pipe, TemplateNode } from "./template-node.ts";
import { type TemplatePart, type TemplateWord, templateParts } from "./template-token.ts";

interface Parser {
  readonly parts: readonly TemplatePart[];
  readonly named: Map<string, readonly TemplateNode[]>;
  /** Variables that are in scope. */
  variables: string[];
  at: number;
  loops: number;
  depth: number;
}

/** Words of one action and where they are read. */
interface Words {
  readonly parser: Parser;
  readonly list: readonly TemplateWord[];
  at: number;
}

const MAX_DEPTH = 200;

/** Parses a template; functions and variables must be known. Throws `BuiltinError`. */
export function parseTemplate(source: string): ParsedTemplate {
  const parser: Parser = {
    parts: templateParts(source),
    named: new Map(),
    variables: ["$"],
    at: 0,
    loops: 0,
    depth: 0,
  };
  const { nodes, end } = readList(parser);
  if (end !== "eof") throw fail(`unexpected {{${end}}}`);
  return { main: nodes, named: parser.named };
}

type End = "eof" | "end" | "else";

/** Nodes up to an `end` or an `else`, whose words are left to be read. */
function readList(parser: Parser): { readonly nodes: readonly TemplateNode[]; readonly end: End } {
  if (++parser.depth > MAX_DEPTH) throw fail("nests too deep");
  const nodes: TemplateNode[] = [];
  for (let part = parser.parts[parser.at]; part !== undefined; part = parser.parts[parser.at]) {
    if (part.kind === "text") {
      nodes.push(part);
      parser.at++;
      continue;
    }
    const first = part.words[0]?.text;
    if (first === "end" || first === "else") {
      parser.depth--;
      return { nodes, end: first };
    }
    parser.at++;
    const node = readNode({ parser, list: part.words, at: 0 });
    if (node !== undefined) nodes.push(node);
  }
  parser.depth--;
  return { nodes, end: "eof" };
}

function readNode(words: Words): TemplateNode | undefined {
  const { parser } = words;
  const first = words.list[0];
  const keyword = first?.kind === "name" ? first.text : "";
  switch (keyword) {
    case "if":
    case "with":
    case "range":
      words.at++;
      return readControl(words, keyword);
    case "break":
    case "continue":
      if (parser.loops === 0) throw fail(`{{${keyword}}} outside {{range}}`);
      words.at++;
      finish(words);
      return { kind: keyword };
    case "define": {
      words.at++;
      const name = readString(words);
      finish(words);
      parser.named.set(name, readNamed(parser));
      return undefined;
    }
    case "block": {
      words.at++;
      const name = readString(words);
      const pipe = readPipe(words);
      finish(words);
      parser.named.set(name, readNamed(parser));
      return { kind: "template", name, pipe };
    }
    case "template": {
      words.at++;
      const name = readString(words);
      const pipe = words.at < words.list.length ? readPipe(words) : undefined;
      finish(words);
      return { kind: "template", name, pipe };
    }
    default: {
      const pipe = readPipe(words);
      finish(words);
      return { kind: "action", pipe };
    }
  }
}

/** The body of a template of its own: it sees no variables but `$`. */
function readNamed(parser: Parser): readonly TemplateNode[] {
  const [variables, loops] = [parser.variables, parser.loops];
  [parser.variables, parser.loops] = [["$"], 0];
  const { nodes, end } = readList(parser);
  if (end !== "end") throw fail("a definition does not end");
  parser.at++;
  [parser.variables, parser.loops] = [variables, loops];
  return nodes;
}

function readControl(words: Words, kind: "if" | "with" | "range"): TemplateNode {
  const { parser } = words;
  const scope = parser.variables.length;
  const pipe = readPipe(words, { inRange: kind === "range" });
  finish(words);
  if (kind === "range") parser.loops++;
  const { nodes, end } = readList(parser);
  if (kind === "range") parser.loops--;
  let otherwise: readonly TemplateNode[] = [];
  if (end === "eof") throw fail(`{{${kind}}} does not end`);
  const part = parser.parts[parser.at++];
  if (end === "else" && part?.kind === "action") {
    const chained: Words = { parser, list: part.words, at: 1 };
    const next = part.words[1]?.text;
    if ((next === "if" && kind === "if") || (next === "with" && kind === "with")) {
      chained.at++;
      otherwise = [readControl(chained, kind)];
    } else {
      finish(chained);
      const rest = readList(parser);
      if (rest.end !== "end") throw fail("expected {{end}}");
      parser.at++;
      otherwise = rest.nodes;
    }
  }
  parser.variables.length = scope;
  return { kind, pipe, body: nodes, otherwise };
}

function finish(words: Words): void {
  if (words.at < words.list.length) throw fail(`unexpected ${words.list[words.at]?.text}`);
}

function readString(words: Words): string {
  const word = words.list[words.at++];
  if (word?.kind !== "string") throw fail("a name in quotes is expected");
  return unquoted(word.text);
}

function readPipe(words: Words, { inRange = false }: { readonly inRange?: boolean } = {}): Pipe {
  if (++words.parser.depth > MAX_DEPTH) throw fail("nests too deep");
  const { variables, assigns } = readTargets(words, inRange);
  const commands = [readCommand(words)];
  while (isMark(words, "|")) {
    words.at++;
    commands.push(readCommand(words));
  }
  if (!assigns) words.parser.variables.push(...variables);
  words.parser.depth--;
  return { variables, assigns, commands };
}

/** `$x :=`, `$x =`, and in a range `$i, $x :=`. */
function readTargets(words: Words, inRange: boolean): Pick<Pipe, "variables" | "assigns"> {
  const { list } = words;
  const isVariable = (index: number) => list[index]?.kind === "variable";
  const second = inRange && list[words.at + 1]?.text === "," && isVariable(words.at + 2);
  const operator = list[words.at + (second ? 3 : 1)]?.text;
  if (!isVariable(words.at) || (operator !== ":=" && operator !== "=")) return { variables: [], assigns: false };
  const variables = [list[words.at]?.text ?? "", ...(second ? [list[words.at + 2]?.text ?? ""] : [])];
  if (operator === "=") for (const name of variables) known(words.parser, name);
  words.at += second ? 4 : 2;
  return { variables, assigns: operator === "=" };
}

function readCommand(words: Words): readonly Operand[] {
  const operands: Operand[] = [];
  while (words.at < words.list.length && !isMark(words, "|") && !isMark(words, ")")) {
    if (operands.length > 0 && words.list[words.at]?.spaced === false) throw fail("space is expected between operands");
    operands.push(readOperand(words));
  }
  if (operands.length === 0) throw fail("missing value for command");
  return operands;
}

function isMark(words: Words, text: string): boolean {
  const word = words.list[words.at];
  return word?.kind === "mark" && word.text === text;
}

function readOperand(words: Words): Operand {
  const operand = readTerm(words);
  const names: string[] = [];
  for (let word = words.list[words.at]; word?.kind === "field" && !word.spaced; word = words.list[words.at]) {
    names.push(word.text.slice(1));
    words.at++;
  }
  if (names.length === 0) return operand;
  if (operand.kind === "fields") return { ...operand, names: [...operand.names, ...names] };
  if (operand.kind === "literal" || operand.kind === "nil" || operand.kind === "dot")
    throw fail("a field of a constant");
  return { kind: "fields", of: operand, names };
}

function readTerm(words: Words): Operand {
  const word = words.list[words.at++];
  switch (word?.kind) {
    case "field":
      return { kind: "fields", of: { kind: "dot" }, names: [word.text.slice(1)] };
    case "variable":
      return { kind: "variable", name: known(words.parser, word.text) };
    case "number":
      return { kind: "literal", value: numberOf(word.text) };
    case "string":
      return { kind: "literal", value: unquoted(word.text) };
    case "character":
      return { kind: "literal", value: characterOf(word.text) };
    case "name":
      return readName(word.text);
    case "mark":
      if (word.text === ".") return { kind: "dot" };
      if (word.text === "(") {
        const pipe = readPipe(words);
        if (!isMark(words, ")")) throw fail("unclosed left paren");
        words.at++;
        return { kind: "pipe", pipe };
      }
      break;
    case undefined:
  }
  throw fail(`unexpected ${word?.text ?? "end of action"}`);
}

function readName(name: string): Operand {
  if (name === "true" || name === "false") return { kind: "literal", value: name === "true" };
  if (name === "nil") return { kind: "nil" };
  if (!Object.hasOwn(TEMPLATE_FUNCTIONS, name)) throw fail(`function ${JSON.stringify(name)} not defined`);
  return { kind: "function", name };
}

function known(parser: Parser, name: string): string {
  if (!parser.variables.includes(name)) throw fail(`undefined variable ${JSON.stringify(name)}`);
  return name;
}

function numberOf(text: string): bigint | number {
  const plain = text.replaceAll("_", "");
  const isInteger = /^[+-]?(0[xXbBoO])?[\da-fA-F]+$/.test(plain) && !(/[eE]/.test(plain) && !/^[+-]?0[xX]/.test(plain));
  if (!isInteger) return Number(plain);
  const digits = plain.replace(/^[+-]/, "").replace(/^0(?=[0-7])/, "0o");
  try {
    return plain.startsWith("-") ? -BigInt(digits) : BigInt(digits);
  } catch {
    throw fail(`illegal number syntax: ${JSON.stringify(text)}`);
  }
}

/** Go's escapes in quoted text. */
function unquoted(text: string): string {
  if (text.startsWith("`")) return text.slice(1, -1).replaceAll("\r", "");
  return text
    .slice(1, -1)
    .replace(
      /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{3})|(.))/gs,
      (_, x?: string, u?: string, long?: string, octal?: string, letter?: string) => {
        const hex = x ?? u ?? long;
        if (hex !== undefined) return codePoint(Number.parseInt(hex, 16));
        if (octal !== undefined) return codePoint(Number.parseInt(octal, 8));
        const plain = {
          a: "\u0007",
          b: "\b",
          f: "\f",
          n: "\n",
          r: "\r",
          t: "\t",
          v: "\v",
          "\\": "\\",
          '"': '"',
          "'": "'",
        }[letter ?? ""];
        if (plain === undefined) throw fail("invalid syntax");
        return plain;
      },
    );
}

function codePoint(code: number): string {
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) throw fail("invalid syntax");
  return String.fromCodePoint(code);
}

function characterOf(text: string): bigint {
  const character = unquoted(text);
  if ([...character].length !== 1) throw fail("malformed character constant");
  return BigInt(character.codePointAt(0) ?? 0);
}

function fail(reason: string): BuiltinError {
  return new BuiltinError(`template: ${reason}`);
}
