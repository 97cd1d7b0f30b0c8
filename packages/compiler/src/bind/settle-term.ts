import { termVariables, visibleVariables } from "../check/draft-variables.ts";
import { isRefReady } from "../check/ref-ready.ts";
import type { BoundStatement, BoundTerm, BoundVar, VarId } from "./bound.ts";
import type {
  DraftBody,
  DraftComprehension,
  DraftItems,
  DraftObject,
  DraftRef,
  DraftTemplate,
  DraftTerm,
} from "./draft.ts";
import { freshVar, noteUnsafe, type SettleState } from "./settle-state.ts";

/** A term where one value is needed: what iterates in it goes into a statement before. */
export function settleValue(term: DraftTerm, state: SettleState): BoundTerm {
  switch (term.kind) {
    case "constant":
    case "var":
      return term;
    case "ref":
      return iterates(term, state) ? hoist(term, state) : settleReference(term, state).term;
    case "call":
      return { ...term, args: term.args.map((arg) => settleValue(arg, state)) };
    case "array":
    case "set":
    case "object":
      return mapComposite(term, (part) => settleValue(part, state));
    case "comprehension":
      return settleComprehension(term, state);
    case "template":
      return settleTemplate(term, state);
  }
}

/** One side of a unification: a value, a reference that may iterate, or a pattern. */
export function settleSide(term: DraftTerm, state: SettleState): Settled {
  if (term.kind === "ref") return settleReference(term, state);
  return { term: settlePattern(term, state), after: [] };
}

export interface Settled {
  readonly term: BoundTerm;
  /** What has to follow the statement that the term is part of. */
  readonly after: readonly BoundStatement[];
}

function settlePattern(term: DraftTerm, state: SettleState): BoundTerm {
  if (!isComposite(term) || isKnown(term, state)) return settleValue(term, state);
  return mapComposite(term, (part, role) => {
    if (role === "key") return settleValue(part, state);
    if (isComposite(part) || part.kind === "var" || part.kind === "constant") return settlePattern(part, state);
    return hoist(part, state);
  });
}

/** A reference that may iterate. An operand that is a pattern (`pairs[[x, 1]]`) becomes a variable that is unified with the pattern after it. */
function settleReference(ref: DraftRef, state: SettleState): Settled {
  const after: BoundStatement[] = [];
  const operands = ref.operands.map((operand): BoundTerm => {
    if (!isComposite(operand) || isKnown(operand, state)) return settleValue(operand, state);
    const key: BoundTerm = { kind: "var", id: freshVar(state.safety, operand.span), span: operand.span };
    const pattern = settlePattern(operand, state);
    after.push({ kind: "unify", left: pattern, right: key, with: state.with, span: operand.span });
    return key;
  });
  const root = ref.root.kind === "term" ? { kind: "term" as const, term: settleValue(ref.root.term, state) } : ref.root;
  return { term: { kind: "ref", root, operands, span: ref.span }, after };
}

/** A statement before the present one that gives the term a variable. */
export function hoist(term: DraftTerm, state: SettleState): BoundTerm {
  if (term.kind === "ref" && !isRefReady(term, state.known)) {
    const missing = [...termVariables(term, { closures: true })].filter((id) => !state.known.has(id));
    noteUnsafe(state.safety, state.statement, missing);
  }
  const { term: right, after } = settleSide(term, state);
  const left: BoundTerm = { kind: "var", id: freshVar(state.safety, term.span), span: term.span };
  state.out.push({ kind: "unify", left, right, with: state.with, span: term.span }, ...after);
  state.known.add(left.id);
  for (const id of termVariables(term, { closures: true })) state.known.add(id);
  return left;
}

/** Whether evaluating the reference binds variables. */
function iterates(ref: DraftRef, { known }: SettleState): boolean {
  return ref.operands.some((operand) => [...termVariables(operand, { closures: true })].some((id) => !known.has(id)));
}

function isKnown(term: DraftTerm, { known }: SettleState): boolean {
  return [...termVariables(term, { closures: true })].every((id) => known.has(id));
}

function isComposite(term: DraftTerm): term is DraftItems | DraftObject {
  return term.kind === "array" || term.kind === "set" || term.kind === "object";
}

function mapComposite(
  term: DraftItems | DraftObject,
  map: (part: DraftTerm, role: "item" | "key") => BoundTerm,
): BoundTerm {
  if (term.kind !== "object") return { ...term, items: term.items.map((item) => map(item, "item")) };
  return {
    ...term,
    entries: term.entries.map(({ key, value }) => ({ key: map(key, "key"), value: map(value, "item") })),
  };
}

function settleComprehension(term: DraftComprehension, state: SettleState): BoundTerm {
  const inner = state.settleInner(term.body, { bound: state.known, safety: state.safety });
  const missing: DraftTerm[] = term.key === undefined ? [term.head] : [term.key, term.head];
  for (const part of missing) {
    const unbound = [...termVariables(part, {})].filter((id) => !inner.known.has(id));
    if (unbound.length > 0 && inner.complete) noteUnsafe(state.safety, state.statement, unbound);
  }
  const inside: SettleState = { ...state, known: inner.known, out: [], with: [] };
  const key = term.key === undefined ? undefined : settleValue(term.key, inside);
  const head = settleValue(term.head, inside);
  return { kind: "comprehension", form: term.form, key, head, body: inner.body, span: term.span };
}

function settleTemplate(term: DraftTemplate, state: SettleState): BoundTerm {
  const parts = term.parts.map((part) => (typeof part === "string" ? part : settlePart(part, state)));
  return { kind: "template", parts, span: term.span };
}

/** A part binds nothing, so that it has one value: not even a wildcard can be in it. */
function settlePart(part: DraftTerm, state: SettleState): BoundTerm {
  const own = isModified(part)
    ? bodyVariables(part.root.term.body, state.safety.vars)
    : termVariables(part, { closures: true });
  const unbound = [...own].filter((id) => !state.known.has(id));
  if (part.kind === "var") noteUnsafe(state.safety, state.statement, unbound);
  else for (const id of unbound) state.safety.undeclared.add(id);
  return settleValue(part, { ...state, known: new Set([...state.known, ...unbound]) });
}

type ModifiedPart = DraftRef & { readonly root: { readonly kind: "term"; readonly term: DraftComprehension } };

/** A part with a `with` is a comprehension's first element. */
function isModified(part: DraftTerm): part is ModifiedPart {
  return part.kind === "ref" && part.root.kind === "term" && part.root.term.kind === "comprehension";
}

/** The author's variables in a body, without those in bodies inside of it. */
function bodyVariables(body: DraftBody, vars: readonly BoundVar[]): ReadonlySet<VarId> {
  const found = new Set(body.flatMap((statement) => [...visibleVariables(statement, vars)]));
  for (const id of found) if (vars[id]?.name.startsWith("$") === true) found.delete(id);
  return found;
}
