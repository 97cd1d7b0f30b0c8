import type { Span } from "../diagnostics/span.ts";

/**
 * The syntax tree of a Rego module, as the author wrote it: nothing is resolved, renamed or reordered here.
 *
 * Operators are calls (`a + b` is a call of `plus`), as in OPA; `:=` and `=` are calls of `assign` and `eq`, `x in xs` of `internal.member_2`,
 * `k, v in xs` of `internal.member_3`. `written` keeps what the formatter must give back. All nodes are read-only data.
 */

export type { Span };

export interface ModuleNode {
  readonly kind: "module";
  readonly span: Span;
  readonly package: PackageNode;
  readonly imports: readonly ImportNode[];
  readonly rules: readonly RuleNode[];
  readonly comments: readonly CommentNode[];
}

export interface CommentNode {
  readonly kind: "comment";
  readonly span: Span;
  /** Without the `#`. */
  readonly text: string;
  /** Its line begins with it: nothing is before it, not even a space. */
  readonly atMargin: boolean;
}

export interface PackageNode {
  readonly kind: "package";
  readonly span: Span;
  /** Without `data`: `package a.b["c d"]` is ["a", "b", "c d"]. */
  readonly path: readonly string[];
}

export interface ImportNode {
  readonly kind: "import";
  readonly span: Span;
  /** `import data.a.b` is ["data", "a", "b"]; the first is data, input, rego or future. */
  readonly path: readonly string[];
  readonly alias: string | undefined;
}

/**
 * One rule as written, its `else` branches included. A further body (`p if {...} {...}`) is a rule of its own that
 * shares the first one's head object; its span is that of the further body.
 */
export interface RuleNode {
  readonly kind: "rule";
  readonly span: Span;
  readonly isDefault: boolean;
  readonly head: HeadNode;
  /** Absent: `p := 1` and `p contains 1` without `if`. */
  readonly body: BodyNode | undefined;
  readonly elses: readonly ElseNode[];
}

export interface HeadNode {
  readonly kind: "head";
  readonly span: Span;
  /** The name and what follows it: `p`, `p.q`, `p[x].r[y]`. The first is always a name; constants are string or other scalar nodes. */
  readonly ref: readonly [VarNode, ...TermNode[]];
  /** Parameters; absent where the rule is no function (`f()` is an empty list). */
  readonly args: readonly TermNode[] | undefined;
  /** `p contains KEY` (in v0 also `p[KEY]`, resolved by the parser). */
  readonly contains: TermNode | undefined;
  /** `:= VALUE`, `= VALUE`; absent means true. */
  readonly value: TermNode | undefined;
  readonly assignment: ":=" | "=" | undefined;
}

export interface ElseNode {
  readonly kind: "else";
  readonly span: Span;
  readonly value: TermNode | undefined;
  readonly assignment: ":=" | "=" | undefined;
  readonly body: BodyNode | undefined;
}

export type BodyNode = readonly StatementNode[];

/** One line of a body. */
export type StatementNode =
  | TermStatementNode
  | NotStatementNode
  | NotBodyNode
  | LogicalNode
  | SomeDeclarationNode
  | SomeInNode
  | EveryNode;

interface StatementBase {
  readonly span: Span;
  readonly with: readonly WithNode[];
}

export interface WithNode {
  readonly kind: "with";
  readonly span: Span;
  readonly target: TermNode;
  readonly value: TermNode;
}

/** A term that must be defined and not false; `:=`, `=` and comparisons among them. */
export interface TermStatementNode extends StatementBase {
  readonly kind: "term-statement";
  readonly term: TermNode;
}

export interface NotStatementNode extends StatementBase {
  readonly kind: "not-statement";
  readonly statement: TermStatementNode | SomeInNode | EveryNode;
  /** `import future.keywords.not` is in force: operands stay inside the negation. */
  readonly scoped: boolean;
}

/** `not { ... }` and `not (a or b)`; only where `import future.keywords.not` is in force, so always scoped. */
export interface NotBodyNode extends StatementBase {
  readonly kind: "not-body";
  readonly body: BodyNode;
  readonly written: "braces" | "parentheses";
}

/**
 * `a and b`, `{ ... } or b`, `(a or b) and c`: only where `import future.keywords.and` (or `.or`) is in force.
 * Associates to the left, `and` binds tighter. An operand without braces is a body of one statement.
 */
export interface LogicalNode extends StatementBase {
  readonly kind: "logical";
  readonly operator: "and" | "or";
  readonly left: LogicalOperand;
  readonly right: LogicalOperand;
}

export interface LogicalOperand {
  readonly body: BodyNode;
  readonly written: "plain" | "braces" | "parentheses";
}

/** `some x, y` */
export interface SomeDeclarationNode extends StatementBase {
  readonly kind: "some-declaration";
  readonly names: readonly VarNode[];
}

/** `some x in xs`, `some k, v in xs` */
export interface SomeInNode extends StatementBase {
  readonly kind: "some-in";
  readonly key: TermNode | undefined;
  readonly value: TermNode;
  readonly domain: TermNode;
}

/** `every x in xs { ... }` */
export interface EveryNode extends StatementBase {
  readonly kind: "every";
  readonly key: VarNode | undefined;
  readonly value: VarNode;
  readonly domain: TermNode;
  readonly body: BodyNode;
}

export type TermNode =
  | ScalarNode
  | VarNode
  | RefNode
  | CallNode
  | ArrayNode
  | SetNode
  | ObjectNode
  | ComprehensionNode
  | TemplateNode;

export type ScalarNode = NullNode | BooleanNode | NumberNode | StringNode;

export interface NullNode {
  readonly kind: "null";
  readonly span: Span;
}
export interface BooleanNode {
  readonly kind: "boolean";
  readonly span: Span;
  readonly value: boolean;
}
export interface NumberNode {
  readonly kind: "number";
  readonly span: Span;
  /** Exact, as written but for a leading 0 before a point: always a number of JSON. */
  readonly text: string;
}
export interface StringNode {
  readonly kind: "string";
  readonly span: Span;
  readonly value: string;
  /** Written between back quotes. */
  readonly raw: boolean;
}

/** `_` is a VarNode named `_`. */
export interface VarNode {
  readonly kind: "var";
  readonly span: Span;
  readonly name: string;
}

/** `head.a["b"][x]`: dots are string operands. The head is a name, a call, or a composite in place. */
export interface RefNode {
  readonly kind: "ref";
  readonly span: Span;
  readonly head: TermNode;
  readonly operands: readonly TermNode[];
}

export interface CallNode {
  readonly kind: "call";
  readonly span: Span;
  /** `["data", "a", "f"]`, `["time", "now_ns"]`, `["f"]`: names as written, operators by their built-in's name. */
  readonly operator: readonly string[];
  readonly operatorSpan: Span;
  readonly args: readonly TermNode[];
  /** How it was written: `f(x)`, `a + b`, or `(a + b)`. */
  readonly written: "call" | "infix" | "parenthesised";
}

export interface ArrayNode {
  readonly kind: "array";
  readonly span: Span;
  readonly items: readonly TermNode[];
}
export interface SetNode {
  readonly kind: "set";
  readonly span: Span;
  readonly items: readonly TermNode[];
}
export interface ObjectNode {
  readonly kind: "object";
  readonly span: Span;
  readonly entries: readonly { readonly key: TermNode; readonly value: TermNode }[];
}

export interface ComprehensionNode {
  readonly kind: "comprehension";
  readonly span: Span;
  readonly form: "array" | "set" | "object";
  /** Of object comprehensions only. */
  readonly key: TermNode | undefined;
  readonly head: TermNode;
  readonly body: BodyNode;
}

/**
 * `$"a {x} b"`: texts and expressions in order. An expression is a body's statement: undefined prints as `<undefined>`.
 * It is a plain term but where it carries `with`, or is an `and`/`or` of them.
 */
export interface TemplateNode {
  readonly kind: "template";
  readonly span: Span;
  readonly parts: readonly (string | TermNode | TermStatementNode | LogicalNode)[];
  readonly raw: boolean;
}
