import type { BoundTerm, BoundWith, Callee } from "../../bind/bound.ts";
import { findBuiltin } from "../../builtins/builtin-table.ts";
import type { Span } from "../../syntax/nodes.ts";
import { inferTerm } from "./infer-term.ts";
import { ANY, type MaybeType, typeText } from "./rego-type.ts";
import { calleeType, typeOfPart, typeOfTerm } from "./type-of-term.ts";
import { isIncomplete, keysOf, unifies, valuesOf } from "./type-relations.ts";
import type { TypeScope } from "./type-scope.ts";

export interface CallToCheck {
  readonly callee: Callee;
  readonly args: readonly BoundTerm[];
  /** What the result is unified with. */
  readonly output: BoundTerm | undefined;
  readonly span: Span;
}

/** Reports arguments that are never of the parameter's type; gives variables without a type the parameter's or the result's. */
export function checkCall(call: CallToCheck, scope: TypeScope): void {
  const { callee, args, output, span } = call;
  const type = calleeType(callee, scope);
  if (type === undefined) return;
  if (callee.kind === "builtin" && !checkMember(callee.name, args, { span, scope })) return;
  const before = args.map((arg) => typeOfPart(arg, scope));
  for (const [index, arg] of args.entries()) {
    const wanted = type.params[index] ?? ANY;
    const known = before[index];
    const fits = (isIncomplete(known) || unifies(known, wanted)) && inferTerm(arg, wanted, { scope, union: false });
    if (fits) continue;
    const given = typeText(typeOfTerm(arg, scope));
    refuse(call, scope, `argument ${parameterName(callee, index)} must be ${typeText(wanted)}, not ${given}`);
    return;
  }
  if (output === undefined || type.result === undefined) return;
  const known = typeOfTerm(output, scope);
  if (
    (!isIncomplete(known) && !unifies(known, type.result)) ||
    !inferTerm(output, type.result, { scope, union: false })
  ) {
    refuse(call, scope, `the result is ${typeText(type.result)}, not ${typeText(known)}`);
  }
}

/** `x in xs` finds nothing where no element of xs can be like x. */
function checkMember(
  name: string,
  args: readonly BoundTerm[],
  { span, scope }: { readonly span: Span; readonly scope: TypeScope },
): boolean {
  if (name !== "internal.member_2" && name !== "internal.member_3") return true;
  const collection = args.at(-1);
  const element = args.at(-2);
  if (collection === undefined || element === undefined) return true;
  const type = typeOfTerm(collection, scope);
  const values = valuesOf(type);
  if (values === undefined || isIncomplete(values)) return true;
  const [key] = args;
  const keys = keysOf(type);
  const keyFits = name === "internal.member_2" || key === undefined || fitsIn(key, keys, scope);
  if (keyFits && fitsIn(element, values, scope)) return true;
  const message = `match error: ${typeText(typeOfTerm(element, scope))} is never in ${typeText(type)}`;
  scope.diagnostics.push({ code: "rego_type_error", severity: "error", span, message });
  return false;
}

function fitsIn(term: BoundTerm, type: MaybeType, scope: TypeScope): boolean {
  if (type === undefined || isIncomplete(type)) return true;
  const known = typeOfTerm(term, scope);
  return (isIncomplete(known) || unifies(known, type)) && inferTerm(term, type, { scope, union: false });
}

function parameterName(callee: Callee, index: number): string {
  const declared = callee.kind === "builtin" ? findBuiltin(callee.name)?.parameters[index] : undefined;
  const name = /^(\w+): /.exec(declared ?? "")?.[1];
  return name === undefined ? String(index + 1) : `${index + 1} (${name})`;
}

function refuse({ callee, span }: CallToCheck, scope: TypeScope, what: string): void {
  const message = `${nameOf(callee)}: invalid argument(s): ${what}`;
  scope.diagnostics.push({ code: "rego_type_error", severity: "error", span, message });
}

/** Reports a function or built-in that cannot stand in for another: it refuses what the other takes. */
export function checkReplacement({ target, replacement, span }: BoundWith, scope: TypeScope): void {
  if (replacement.kind !== "callee" || (target.kind !== "builtin" && target.kind !== "function")) return;
  const replaced = calleeType(target, scope);
  const standIn = calleeType(replacement.callee, scope);
  if (replaced === undefined || standIn === undefined) return;
  const index = replaced.params.findIndex((param, position) => !unifies(param, standIn.params[position]));
  if (index < 0) return;
  const message = `argument ${parameterName(replacement.callee, index)} must be ${typeText(standIn.params[index])}, where ${nameOf(target)} takes ${typeText(replaced.params[index])}`;
  refuse({ callee: replacement.callee, args: [], output: undefined, span }, scope, message);
}

function nameOf(callee: Callee): string {
  return callee.kind === "builtin" ? callee.name : `data.${callee.path.join(".")}`;
}
