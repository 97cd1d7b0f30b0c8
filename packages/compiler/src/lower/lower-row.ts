import { Tag } from "@flyball/engine/abi";
import { InternalError } from "../diagnostics/internal-error.ts";
import { binary, getLocal, i32, i64, load, setLocal, unary, when } from "../function-ir/build-ops.ts";
import type { Op } from "../function-ir/ops.ts";
import type { PlanStatement } from "../plan/query-plan.ts";
import { assign, type FunctionScope, failIf, read } from "./function-scope.ts";
import type { RowLayout } from "./row-slots.ts";
import { ANY, Kind, UNDEFINED } from "./value-bits.ts";
import { addressOf, countOf, hasTag } from "./value-ops.ts";

/**
 * A member of an element in rows, at its place in the row. A local that stands in a row holds the row's address, so going further inside changes nothing but what is known of it. False where the source is
 * no place in a row.
 */
export function lowerField(scope: FunctionScope, statement: Extract<PlanStatement, { kind: "dot" }>): boolean {
  const { source, key } = statement;
  const place = source.kind === "local" ? scope.placeOf(source.id) : undefined;
  if (place === undefined) return false;
  const name = key.kind === "constant" ? scope.module.constant(key.id).value : undefined;
  const field = typeof name === "string" ? place.field(name) : undefined;
  if (field === undefined) throw new InternalError("a row lacks a field that is read");
  const row = read(scope, source);
  if (row === undefined) return true;
  const value = load("i64.load", unary("i32.wrap_i64", row.op), 8 * field.slot);
  if (field.kind === "value") {
    assign(scope, statement.target, { op: value, kinds: ANY | Kind.undefined, interned: field.interned });
    return true;
  }
  failIf(scope, binary("i64.eq", value, i64(UNDEFINED)));
  assign(scope, statement.target, { op: row.op, kinds: ANY });
  return true;
}

/** Sets the addresses of the first row and behind the last; equal where the value is no collection. */
export function rowBounds(
  source: Op,
  { width }: RowLayout,
  { place, end }: { readonly place: string; readonly end: string },
): readonly Op[] {
  return [
    setLocal(place, i32(0)),
    setLocal(end, i32(0)),
    when(hasTag(source, Tag.array), [
      setLocal(place, binary("i32.add", addressOf(source), i32(8))),
      setLocal(end, binary("i32.add", getLocal(place), binary("i32.mul", countOf(source), i32(8 * width)))),
    ]),
  ];
}
