import type { BoundBody, BoundClause, BoundPolicy, BoundStatement, BoundTerm, VarId } from "./bound.ts";

/**
 * The invariants of a bound policy, as a list of broken ones: every variable is bound before it is needed, what iterates stands by itself, calls stand
 * where they may, patterns are patterns. Run by tests after binding; a compiler that is right never sees anything in the list.
 */
export function validateBound(policy: Pick<BoundPolicy, "clauses" | "vars">): readonly string[] {
  return policy.clauses.flatMap((clause) => {
    const check: Check = { policy, place: `data.${clause.path.join(".")}`, faults: [] };
    checkClause(clause, check);
    return check.faults;
  });
}

interface Check {
  readonly policy: Pick<BoundPolicy, "vars">;
  readonly place: string;
  readonly faults: string[];
}

type Known = ReadonlySet<VarId>;

function checkClause(clause: BoundClause, check: Check): void {
  const parameters = new Set(clause.params.flatMap((param) => patternVariables(param)));
  for (const [index, { body, value }] of clause.branches.entries()) {
    const known = checkBody(body, parameters, check);
    checkValue(value, known, check);
    if (index > 0) continue;
    for (const term of [...clause.keys, ...(clause.element === undefined ? [] : [clause.element])])
      checkValue(term, known, check);
  }
  if (clause.keys.length > 0 && clause.branches.length > 1) fault(check, "a general head has else branches");
}

function checkBody(body: BoundBody, outer: Known, check: Check): Known {
  const known = new Set(outer);
  for (const statement of body) {
    for (const { replacement } of statement.with)
      if (replacement.kind === "value") checkValue(replacement.term, known, check);
    for (const id of checkStatement(statement, known, check)) known.add(id);
  }
  return known;
}

/** Answers what the statement binds. */
function checkStatement(statement: BoundStatement, known: Known, check: Check): readonly VarId[] {
  switch (statement.kind) {
    case "holds":
      if (statement.term.kind === "call") {
        for (const arg of statement.term.args) checkValue(arg, known, check);
        return [];
      }
      return statement.term.kind === "ref"
        ? checkReference(statement.term, known, check)
        : checkValue(statement.term, known, check);
    case "unify":
      return checkUnify(statement.left, statement.right, { known, check });
    case "relation":
      for (const arg of statement.args) checkValue(arg, known, check);
      return checkPattern(statement.output, known, check);
    case "not":
      checkBody(statement.body, known, check);
      return [];
    case "every":
      checkValue(statement.domain, known, check);
      checkBody(
        statement.body,
        new Set([...known, statement.value, ...(statement.key === undefined ? [] : [statement.key])]),
        check,
      );
      return [];
  }
}

function checkUnify(
  left: BoundTerm,
  right: BoundTerm,
  { known, check }: { readonly known: Known; readonly check: Check },
): readonly VarId[] {
  if (right.kind === "call") {
    for (const arg of right.args) checkValue(arg, known, check);
    return checkPattern(left, known, check);
  }
  const leftVars = left.kind === "ref" ? checkReference(left, known, check) : checkPattern(left, known, check);
  const now = left.kind === "ref" ? new Set([...known, ...leftVars]) : known;
  const rightVars = right.kind === "ref" ? checkReference(right, now, check) : checkPattern(right, now, check);
  const bound = new Set([...leftVars, ...rightVars]);
  if (
    left.kind !== "ref" &&
    right.kind !== "ref" &&
    leftVars.length > 0 &&
    rightVars.length > 0 &&
    !decomposes(left, right)
  ) {
    fault(check, "both sides of a unification have unbound variables");
  }
  return [...bound];
}

/** Two patterns that fall into pairs. */
function decomposes(left: BoundTerm, right: BoundTerm): boolean {
  return (left.kind === "array" && right.kind === "array") || (left.kind === "object" && right.kind === "object");
}

function checkReference(ref: Extract<BoundTerm, { kind: "ref" }>, known: Known, check: Check): readonly VarId[] {
  if (ref.root.kind === "term") checkValue(ref.root.term, known, check);
  const bound: VarId[] = [];
  for (const operand of ref.operands) {
    if (operand.kind === "var" && !known.has(operand.id)) bound.push(operand.id);
    else checkValue(operand, new Set([...known, ...bound]), check);
  }
  return bound;
}

/** A term that must have its value now. */
function checkValue(term: BoundTerm, known: Known, check: Check): readonly VarId[] {
  switch (term.kind) {
    case "constant":
      return [];
    case "var":
      if (!known.has(term.id)) fault(check, `${nameOf(term.id, check)} is not bound where it is needed`);
      return [];
    case "ref":
      if (checkReference(term, known, check).length > 0) fault(check, "a reference iterates inside of a term");
      return [];
    case "call":
      fault(check, "a call inside of a term");
      return [];
    case "array":
    case "set":
      for (const item of term.items) checkValue(item, known, check);
      return [];
    case "object":
      for (const { key, value } of term.entries) {
        checkValue(key, known, check);
        checkValue(value, known, check);
      }
      return [];
    case "comprehension": {
      const inner = checkBody(term.body, known, check);
      if (term.key !== undefined) checkValue(term.key, inner, check);
      checkValue(term.head, inner, check);
      return [];
    }
    case "template":
      for (const part of term.parts) if (typeof part !== "string") templatePart(part, known, check);
      return [];
  }
}

/** Only in templates calls nest. */
function templatePart(term: BoundTerm, known: Known, check: Check): void {
  if (term.kind === "call") for (const arg of term.args) templatePart(arg, known, check);
  else if (term.kind === "ref" && term.root.kind === "term") {
    templatePart(term.root.term, known, check);
    for (const operand of term.operands) templatePart(operand, known, check);
  } else if (term.kind === "array" || term.kind === "set") {
    for (const item of term.items) templatePart(item, known, check);
  } else if (term.kind === "object") {
    for (const { key, value } of term.entries) {
      templatePart(key, known, check);
      templatePart(value, known, check);
    }
  } else checkValue(term, known, check);
}

/** Answers the variables that the pattern binds. */
function checkPattern(term: BoundTerm, known: Known, check: Check): readonly VarId[] {
  switch (term.kind) {
    case "var":
      return known.has(term.id) ? [] : [term.id];
    case "array":
      return term.items.flatMap((item) => checkPattern(item, known, check));
    case "object":
      return term.entries.flatMap(({ key, value }) => {
        checkValue(key, known, check);
        return checkPattern(value, known, check);
      });
    default:
      return checkValue(term, known, check);
  }
}

function patternVariables(term: BoundTerm): readonly VarId[] {
  switch (term.kind) {
    case "var":
      return [term.id];
    case "array":
      return term.items.flatMap(patternVariables);
    case "object":
      return term.entries.flatMap(({ value }) => patternVariables(value));
    default:
      return [];
  }
}

function nameOf(id: VarId, { policy }: Check): string {
  return policy.vars[id]?.name ?? `variable ${id}`;
}

function fault({ faults, place }: Check, message: string): void {
  faults.push(`${place}: ${message}`);
}
