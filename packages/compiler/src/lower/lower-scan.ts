import { Tag } from "@flyball/engine/abi";
import {
  binary,
  block,
  br,
  brIf,
  call,
  choose,
  getLocal,
  i32,
  load,
  loop,
  select,
  setLocal,
  unary,
} from "../function-ir/build-ops.ts";
import type { Op } from "../function-ir/ops.ts";
import type { LocalId, PlanStatement } from "../plan/query-plan.ts";
import { assignedBy, visitStatements } from "../plan/visit-statements.ts";
import { SPEND_ONE } from "./fuel-ops.ts";
import { collect, emit, type FunctionScope, labelled, type ReadOperand, read, type Target } from "./function-scope.ts";
import { rowBounds } from "./lower-row.ts";
import type { RowLayout } from "./row-slots.ts";
import { ANY, COLLECTION, Kind } from "./value-bits.ts";
import { addressOf, hasTag, tagOf } from "./value-ops.ts";

type ScanStatement = Extract<PlanStatement, { kind: "scan" }>;

/**
 * A loop over the elements where they lie in memory: arrays and sets are 8 bytes an element, objects 16 bytes an entry. What differs by kind is settled before the
 * loop where the kind is not known.
 */
export function lowerScan(
  scope: FunctionScope,
  statement: ScanStatement,
  lowerBody: (body: readonly PlanStatement[]) => void,
): void {
  const source = read(scope, statement.source);
  if (source === undefined || (source.kinds & COLLECTION) === 0) return;
  scope.withTemp("i32", (place) => {
    scope.withTemp("i32", (end) => {
      scope.withTemp("i32", (stride) => {
        scope.withTemp("i32", (position) => {
          const rows = statement.source.kind === "local" ? scope.rowsOf(statement.source.id) : undefined;
          lowerLoop(scope, { statement, source, rows, place, end, stride, position }, lowerBody);
        });
      });
    });
  });
}

interface Loop {
  readonly statement: ScanStatement;
  readonly source: ReadOperand;
  /** Where the elements are rows. */
  readonly rows: RowLayout | undefined;
  /** Address of the current element's value. */
  readonly place: string;
  /** `place` behind the last element. */
  readonly end: string;
  /** Bytes from one element to the next, where the kind is not known. */
  readonly stride: string;
  /** Number of the element, where a key is asked for that may be an index. */
  readonly position: string;
}

function lowerLoop(scope: FunctionScope, parts: Loop, lowerBody: (body: readonly PlanStatement[]) => void): void {
  const { statement, source, place, end } = parts;
  const { flow } = scope;
  const kinds = source.kinds & COLLECTION;
  const mayBeArray = (kinds & Kind.array) !== 0;
  const countsKeys = statement.key !== undefined && mayBeArray && parts.rows === undefined;

  const leave: Target = { label: scope.fresh("scan"), frame: flow.enter(), uses: 1 };
  scope.labels.set(statement.label, leave);
  let inner: readonly LocalId[] = [];
  const ops = collect(scope, () => {
    emit(scope, ...prepare(parts, kinds));
    if (countsKeys) emit(scope, setLocal(parts.position, i32(0)));
    inner = forget(scope, statement);
    flow.exit(leave.frame);

    const next: Target = { label: scope.fresh("next"), frame: flow.enter(), uses: 0 };
    const body = collect(scope, () => {
      const outer = scope.fail;
      scope.fail = next;
      assignElement(scope, parts, kinds);
      lowerBody(statement.body);
      scope.fail = outer;
    });
    flow.leave(next.frame);
    const loopLabel = scope.fresh("loop");
    emit(
      scope,
      loop(loopLabel, [
        brIf(leave.label, binary("i32.ge_u", getLocal(place), getLocal(end))),
        ...(scope.module.metered ? SPEND_ONE : []),
        ...labelled(next, body),
        setLocal(place, binary("i32.add", getLocal(place), strideOf(parts, kinds))),
        ...(countsKeys ? [setLocal(parts.position, binary("i32.add", getLocal(parts.position), i32(1)))] : []),
        br(loopLabel),
      ]),
    );
  });
  flow.stop();
  flow.leave(leave.frame, inner);
  emit(scope, block(leave.label, ops));
}

/** Sets `place`, `end` and, where it is asked for at run time, `stride`. */
function prepare({ source, rows, place, end, stride }: Loop, kinds: number): readonly Op[] {
  if (rows !== undefined) return rowBounds(source.op, rows, { place, end });
  // iterate_count also puts the entries of objects and sets in order, which may move them; so it comes first.
  const count = call("iterate_count", source.op);
  const address = addressOf(source.op);
  const entries = load("i32.load", address, 8);
  if (kinds === Kind.array) {
    return [
      setLocal(place, binary("i32.add", address, i32(8))),
      setLocal(end, binary("i32.add", getLocal(place), binary("i32.shl", load("i32.load", address), i32(3)))),
    ];
  }
  if (kinds === Kind.set || kinds === Kind.object) {
    const shift = kinds === Kind.set ? 3 : 4;
    const first = kinds === Kind.set ? entries : binary("i32.add", entries, i32(8));
    return [
      setLocal(end, count),
      setLocal(place, first),
      setLocal(end, binary("i32.add", getLocal(place), binary("i32.shl", getLocal(end), i32(shift)))),
    ];
  }
  const isArray = hasTag(source.op, Tag.array);
  const isObject = hasTag(source.op, Tag.object);
  // Scalars have no elements, and nothing at their address that could be loaded.
  const first = choose({
    result: "i32",
    condition: isArray,
    then: binary("i32.add", address, i32(8)),
    else: choose({
      result: "i32",
      condition: binary("i32.ge_u", tagOf(source.op), i32(Tag.object)),
      then: binary("i32.add", entries, select({ condition: isObject, whenTrue: i32(8), whenFalse: i32(0) })),
      else: i32(0),
    }),
  });
  return [
    setLocal(end, count),
    setLocal(stride, select({ condition: isObject, whenTrue: i32(16), whenFalse: i32(8) })),
    setLocal(place, first),
    setLocal(end, binary("i32.add", getLocal(place), binary("i32.mul", getLocal(end), getLocal(stride)))),
  ];
}

function strideOf({ rows, stride }: Loop, kinds: number): Op {
  if (rows !== undefined) return i32(8 * rows.width);
  if (kinds === Kind.object) return i32(16);
  return (kinds & Kind.object) === 0 && kinds !== 0 && isSingle(kinds) ? i32(8) : getLocal(stride);
}

function isSingle(kinds: number): boolean {
  return (kinds & (kinds - 1)) === 0;
}

function assignElement(scope: FunctionScope, parts: Loop, kinds: number): void {
  const { statement, source, rows, place, position } = parts;
  if (rows !== undefined) {
    assignRow(scope, statement, rows, place);
    return;
  }
  const value = load("i64.load", getLocal(place));
  if (statement.value !== undefined) {
    emit(scope, setLocal(scope.localName(statement.value), value));
    scope.flow.set(statement.value, ANY);
  }
  if (statement.key === undefined) return;
  const index = unary("i64.reinterpret_f64", unary("f64.convert_i32_u", getLocal(position)));
  const entryKey = load("i64.load", binary("i32.sub", getLocal(place), i32(8)));
  const key = (): Op => {
    if (kinds === Kind.array) return index;
    if (kinds === Kind.object) return entryKey;
    if (kinds === Kind.set) return value;
    return choose({
      result: "i64",
      condition: hasTag(source.op, Tag.array),
      then: index,
      else: choose({ result: "i64", condition: hasTag(source.op, Tag.object), then: entryKey, else: value }),
    });
  };
  emit(scope, setLocal(scope.localName(statement.key), key()));
  scope.flow.set(statement.key, kinds === Kind.array ? Kind.double : ANY);
}

/** The element's local is the row's address: whoever reads it goes on to a field. */
function assignRow(scope: FunctionScope, statement: ScanStatement, rows: RowLayout, place: string): void {
  const { key, value } = statement;
  if (value !== undefined) {
    emit(scope, setLocal(scope.localName(value), unary("i64.extend_i32_u", getLocal(place))));
    scope.flow.set(value, ANY);
  }
  if (key !== undefined && rows.key !== undefined) {
    emit(scope, setLocal(scope.localName(key), load("i64.load", getLocal(place), 8 * rows.key)));
    scope.flow.set(key, ANY);
  }
}

/** What the body assigns may hold anything when the body begins again. Answers those locals that are used only further inside. */
function forget(scope: FunctionScope, statement: ScanStatement): readonly LocalId[] {
  const { flow } = scope;
  const targets = new Set(assignedBy(statement));
  visitStatements(statement.body, (inner) => {
    for (const local of assignedBy(inner)) targets.add(local);
  });
  for (const local of targets) flow.set(local, flow.get(local).kinds | ANY | Kind.undefined);
  return [...targets].filter((local) => !scope.hasPlace(local));
}
