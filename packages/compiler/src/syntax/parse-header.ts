/** `package` and `import`, and what imports switch on. */
import type { ImportNode, PackageNode, TermNode } from "./nodes.ts";
import { parseReference } from "./parse-reference.ts";
import {
  accept,
  activateKeyword,
  advance,
  describeToken,
  FUTURE_KEYWORDS_V0,
  FUTURE_KEYWORDS_V1,
  failure,
  type ParseState,
  peek,
  report,
  spanFrom,
  startOffset,
  tokenSpan,
  tokenText,
} from "./parse-state.ts";
import { isKeyword, KEYWORDS, TokenKind } from "./token-kind.ts";

/** At the word `package`. */
export function parsePackage(state: ParseState): PackageNode {
  const start = startOffset(state);
  advance(state);
  const { path } = parsePath(state, "a package's path");
  return { kind: "package", span: spanFrom(state, start), path };
}

interface Path {
  readonly path: readonly string[];
  readonly span: ImportNode["span"];
}

/** `a.b["c d"]`; any word may be part of it, keywords included. */
function parsePath(state: ParseState, what: string): Path {
  const start = startOffset(state);
  const kind = peek(state);
  if (kind !== TokenKind.identifier && !isKeyword(kind)) {
    throw failure(state, { message: `${capitalise(what)} is expected here, not ${describeToken(state)}` });
  }
  const head: TermNode = { kind: "var", span: tokenSpan(state), name: tokenText(state) };
  advance(state);
  const term = parseReference(state, head, start);
  const path = [head.name];
  if (term.kind !== "var" && (term.kind !== "ref" || term.head.kind !== "var")) {
    throw failure(state, { span: term.span, message: `${capitalise(what)} cannot hold a call` });
  }
  for (const operand of term.kind === "ref" ? term.operands : []) {
    if (operand.kind !== "string") {
      throw failure(state, {
        span: operand.span,
        message: `${capitalise(what)} is made of names and strings`,
        suggestion: 'as in `a.b` or `a["b c"]`',
      });
    }
    path.push(operand.value);
  }
  return { path, span: spanFrom(state, start) };
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** At the word `import`. Problems that leave the syntax clear are reported, and the import is kept. */
export function parseImport(state: ParseState): ImportNode {
  const start = startOffset(state);
  advance(state);
  const { path, span } = parsePath(state, "an import's path");
  const [root] = path;
  if (root !== "data" && root !== "input" && root !== "future" && root !== "rego") {
    report(state, {
      span,
      message: `An import starts with \`data\`, \`input\`, \`future\` or \`rego\`, not with \`${root ?? ""}\``,
      suggestion: root === undefined ? undefined : `write \`import data.${path.join(".")}\` for a package of yours`,
    });
  }
  const alias = parseAlias(state);
  const node: ImportNode = { kind: "import", span: spanFrom(state, start), path, alias };
  if (root === "future") {
    switchFutureKeywords(state, node, span);
  } else if (root === "rego") {
    switchRegoVersion(state, node, span);
  } else if (alias === undefined) {
    refuseKeywordName(state, path, span);
  }
  return node;
}

function parseAlias(state: ParseState): string | undefined {
  if (!accept(state, TokenKind.as)) {
    return undefined;
  }
  const alias = tokenText(state);
  if (peek(state) !== TokenKind.identifier || alias === "input" || alias === "data") {
    throw failure(state, { message: `A name of yours is expected behind \`as\`, not ${describeToken(state)}` });
  }
  advance(state);
  return alias;
}

/** The last part of a path is the name that the import declares; a keyword there could never be used. */
function refuseKeywordName(state: ParseState, path: readonly string[], span: ImportNode["span"]): void {
  const name = path.at(-1) ?? "";
  if (isKeywordOfVersion(state, name)) {
    report(state, {
      span,
      message: `The import would declare the name \`${name}\`, which is a keyword`,
      suggestion: `give it a name: \`import ${path.join(".")} as ${name}_\``,
    });
  }
}

/** Keywords of the language version itself, whatever is imported. */
function isKeywordOfVersion(state: ParseState, name: string): boolean {
  if (name === "and" || name === "or" || !KEYWORDS.has(name)) {
    return false;
  }
  return state.version === 1 || !(FUTURE_KEYWORDS_V0 as readonly string[]).includes(name);
}

function switchFutureKeywords(state: ParseState, { path, alias }: ImportNode, span: ImportNode["span"]): void {
  const [, group, keyword] = path;
  const known = [...FUTURE_KEYWORDS_V0, ...FUTURE_KEYWORDS_V1];
  if (group !== "keywords" || path.length > 3) {
    report(state, { span, message: "Of `future` only `future.keywords` can be imported" });
    return;
  }
  if (alias !== undefined) {
    report(state, { span, message: "A `future` import cannot be given another name" });
    return;
  }
  const chosen = keyword === undefined ? known : known.filter((word) => word === keyword);
  if (chosen.length === 0) {
    report(state, {
      span,
      message: `There is no future keyword \`${keyword ?? ""}\``,
      suggestion: `it is one of ${[...known].sort().join(", ")}`,
    });
  }
  for (const word of chosen) {
    activateKeyword(state, word);
  }
}

/** `rego.v1` does nothing in a v1 module; `rego.v2` brings the keywords of v1 and those that v1 imports one by one. */
function switchRegoVersion(state: ParseState, { path, alias }: ImportNode, span: ImportNode["span"]): void {
  const [, version] = path;
  if (path.length !== 2 || (version !== "v1" && version !== "v2")) {
    report(state, { span, message: "Of `rego` only `rego.v1` and `rego.v2` can be imported" });
    return;
  }
  if (alias !== undefined) {
    report(state, { span, message: `\`rego.${version}\` cannot be given another name` });
    return;
  }
  for (const word of version === "v1" ? FUTURE_KEYWORDS_V0 : [...FUTURE_KEYWORDS_V0, ...FUTURE_KEYWORDS_V1]) {
    activateKeyword(state, word);
  }
  state.strict = true;
}
