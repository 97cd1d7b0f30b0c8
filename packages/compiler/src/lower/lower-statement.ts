import { Tag } from "@flyball/engine/abi";
import { assertNever } from "../diagnostics/assert-never.ts";
import { InternalError } from "../diagnostics/internal-error.ts";
import {
  binary,
  call,
  choose,
  getGlobal,
  getLocal,
  i32,
  i64,
  load,
  setLocal,
  store,
  when,
} from "../function-ir/build-ops.ts";
import type { LabelId, LocalId, PlanStatement } from "../plan/query-plan.ts";
import {
  assign,
  collect,
  conflictOps,
  constantOperand,
  emit,
  type FunctionScope,
  failIf,
  labelled,
  leaveTo,
  noteRead,
  read,
  readAll,
  type Target,
} from "./function-scope.ts";
import { isUndefined, maybeUndefined } from "./kind-flow.ts";
import { lowerBuiltin } from "./lower-builtin.ts";
import { lowerCollection } from "./lower-collection.ts";
import { comparison, negated, truth } from "./lower-comparison.ts";
import { lookUp, lookUpBase } from "./lower-look-up.ts";
import { lowerField } from "./lower-row.ts";
import { lowerScan } from "./lower-scan.ts";
import { EPOCH, lowerWith, walk } from "./lower-with.ts";
import type { DocumentAccess } from "./module-scope.ts";
import { ANY, Kind, NOTHING, UNDEFINED } from "./value-bits.ts";
import { countOf, hasTag, isCollection } from "./value-ops.ts";

/** Lowers statements one after the other; stops where control does not go on. */
export function lowerStatements(scope: FunctionScope, statements: readonly PlanStatement[]): void {
  for (const statement of statements) {
    if (!scope.flow.reachable) return;
    lowerStatement(scope, statement);
  }
}

function lowerStatement(scope: FunctionScope, statement: PlanStatement): void {
  const { flow, module } = scope;
  switch (statement.kind) {
    case "assign": {
      const source = read(scope, statement.source);
      if (source !== undefined) assign(scope, statement.target, source);
      return;
    }
    case "clear":
      emit(scope, setLocal(scope.localName(statement.target), i64(UNDEFINED)));
      flow.set(statement.target, Kind.undefined);
      return;
    case "input":
      assignDocument(scope, statement.target, module.input(statement.path));
      return;
    case "data":
      assignDocument(scope, statement.target, module.data(statement.path));
      return;
    case "dot": {
      if (lowerField(scope, statement)) return;
      const source = read(scope, statement.source);
      const key = source === undefined ? undefined : read(scope, statement.key);
      if (source === undefined || key === undefined) return;
      assign(scope, statement.target, statement.base === true ? lookUpBase(source, key) : lookUp(scope, source, key));
      return;
    }
    case "call": {
      const args = readAll(scope, statement.args);
      if (args === undefined) return;
      const op = call(module.functionName(statement.function), ...args.map((arg) => arg.op));
      assign(scope, statement.target, { op, ...module.result(statement.function) });
      return;
    }
    case "builtin":
      lowerBuiltin(scope, statement);
      return;
    case "make-array":
    case "make-set":
    case "make-object":
    case "new":
    case "append":
    case "add":
    case "insert":
    case "insert-at":
      lowerCollection(scope, statement);
      return;
    case "compare": {
      const left = read(scope, statement.left);
      const right = left === undefined ? undefined : read(scope, statement.right);
      if (left === undefined || right === undefined) return;
      failIf(scope, negated(comparison({ operator: statement.operator, left, right })));
      if (statement.operator === "equal") narrowEqual(scope, statement, left.kinds & right.kinds);
      return;
    }
    case "truthy": {
      const source = read(scope, statement.source);
      if (source !== undefined) failIf(scope, negated(truth(source)));
      return;
    }
    case "defined":
    case "undefined":
      testPresence(scope, statement.source, statement.kind === "defined");
      return;
    case "array-of":
    case "object-of": {
      const source = read(scope, statement.source);
      if (source === undefined) return;
      const tag = statement.kind === "array-of" ? Tag.array : Tag.object;
      const sameCount = binary("i32.eq", countOf(source.op), i32(statement.count));
      const condition = choose({ result: "i32", condition: hasTag(source.op, tag), then: sameCount, else: i32(0) });
      failIf(scope, negated(condition));
      if (statement.source.kind === "local") {
        narrow(scope, statement.source.id, statement.kind === "array-of" ? Kind.array : Kind.object);
      }
      return;
    }
    case "is-collection": {
      const source = read(scope, statement.source);
      if (source !== undefined) failIf(scope, negated(isCollection(source.op)));
      return;
    }
    case "fail":
      failIf(scope, true);
      return;
    case "assign-once":
      assignOnce(scope, statement);
      return;
    case "block":
      lowerBlock(scope, statement);
      return;
    case "scan":
      lowerScan(scope, statement, (body) => lowerStatements(scope, body));
      return;
    case "break":
      leaveTo(scope, targetOf(scope, statement.label));
      return;
    case "with":
      lowerWith(scope, statement, (body) => lowerList(scope, body));
      return;
    case "return": {
      const source = read(scope, statement.source);
      if (source === undefined) return;
      scope.returnValue(source);
      flow.stop();
      return;
    }
    case "trace": {
      const address = i32(module.traceAddress(statement.rule));
      emit(scope, store({ operator: "i32.store", address, value: getGlobal(EPOCH) }));
      return;
    }
    case "fault":
      emit(scope, ...conflictOps(module.site(statement.site)));
      flow.stop();
      return;
    case "observe":
      return;
    default:
      assertNever(statement);
  }
}

/** A list with locals of its own: they take their places here and free them at its end. */
function lowerList(scope: FunctionScope, body: readonly PlanStatement[]): void {
  scope.withHomes(body, () => lowerStatements(scope, body));
}

function targetOf(scope: FunctionScope, label: LabelId): Target {
  const target = scope.labels.get(label);
  if (target === undefined) throw new InternalError(`break leaves label ${label}, which is not around it`);
  return target;
}

function lowerBlock(scope: FunctionScope, statement: Extract<PlanStatement, { kind: "block" }>): void {
  const target: Target = { label: scope.fresh("block"), frame: scope.flow.enter(), uses: 0 };
  scope.labels.set(statement.label, target);
  const body = collect(scope, () => {
    const outer = scope.fail;
    scope.fail = target;
    lowerList(scope, statement.body);
    scope.fail = outer;
  });
  scope.flow.leave(target.frame, scope.homesOf(statement.body));
  emit(scope, ...labelled(target, body));
}

function assignDocument(scope: FunctionScope, target: LocalId, access: DocumentAccess): void {
  if (access.kind === "absent") {
    failIf(scope, true);
    return;
  }
  if (access.kind === "constant") {
    assign(scope, target, constantOperand(access.value));
    return;
  }
  const op = walk(scope, load("i64.load", i32(access.address)), access.rest);
  assign(scope, target, { op, kinds: ANY | Kind.undefined, interned: access.interned });
}

function testPresence(scope: FunctionScope, local: LocalId, wanted: boolean): void {
  const { flow } = scope;
  const { kinds, choices, interned } = flow.get(local);
  if (!maybeUndefined(kinds)) {
    failIf(scope, !wanted);
    return;
  }
  if (isUndefined(kinds)) {
    failIf(scope, wanted);
    return;
  }
  noteRead(scope, local);
  const [whenHolds, whenFails] = wanted ? [kinds & ~NOTHING, Kind.undefined] : [Kind.undefined, kinds & ~NOTHING];
  flow.set(local, whenFails, { choices, interned });
  const operator = wanted ? "i64.eq" : "i64.ne";
  failIf(scope, binary(operator, getLocal(scope.localName(local)), i64(UNDEFINED)));
  flow.set(local, whenHolds, { choices, interned });
}

function narrow(scope: FunctionScope, local: LocalId, kinds: number): void {
  if (scope.flow.reachable) scope.flow.set(local, kinds, scope.flow.get(local));
}

/** Equal values are of one kind. */
function narrowEqual(
  scope: FunctionScope,
  statement: Extract<PlanStatement, { kind: "compare" }>,
  kinds: number,
): void {
  for (const operand of [statement.left, statement.right])
    if (operand.kind === "local") narrow(scope, operand.id, kinds);
}

function assignOnce(scope: FunctionScope, statement: Extract<PlanStatement, { kind: "assign-once" }>): void {
  const { flow } = scope;
  const source = read(scope, statement.source);
  if (source === undefined) return;
  const known = flow.get(statement.target).kinds;
  const name = scope.localName(statement.target);
  if (!isUndefined(known)) {
    noteRead(scope, statement.target);
    const before = {
      op: getLocal(name),
      kinds: known & ~NOTHING,
      constant: undefined,
      choices: undefined,
      interned: false,
    };
    const differs = comparison({ operator: "not-equal", left: before, right: source });
    const conflict = conflictOps(scope.module.site(statement.site));
    if (differs !== false) {
      const test = differs === true ? [...conflict] : [when(differs, conflict)];
      const present = binary("i64.ne", getLocal(name), i64(UNDEFINED));
      emit(scope, ...(maybeUndefined(known) ? [when(present, test)] : test));
    }
  }
  assign(scope, statement.target, source);
}
