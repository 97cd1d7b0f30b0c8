import { typeName } from "@flyball/engine/values";
import { findBuiltin, splitTopLevel } from "../builtins/builtin-table.ts";
import type { LocalId, Operand, PathKey, PlanStatement, QueryPlan } from "../plan/query-plan.ts";
import { operandsOf, visitStatements } from "../plan/visit-statements.ts";

/** What a policy can make something of at a path of its input; "any" where nothing is known. */
export type PathType = "string" | "number" | "boolean" | "null" | "array" | "object" | "set" | "any";

/**
 * What kinds of values the parts of the input are, as far as the policy shows it: compared with constants, or handed to built-ins that take one type. A use that says nothing leaves the part open. In: a query
 * plan. Out: types by path, the path as JSON.
 */
export function inferPathTypes(plan: QueryPlan): ReadonlyMap<string, ReadonlySet<PathType>> {
  const types = new Map<string, Set<PathType>>();
  for (const { body } of plan.functions) {
    const paths = inputLocals(body);
    if (paths.size === 0) continue;
    visitStatements(body, (statement) => {
      for (const [local, type] of uses(statement, plan)) {
        const path = paths.get(local);
        if (path === undefined) continue;
        const key = JSON.stringify(path);
        types.set(key, (types.get(key) ?? new Set()).add(type));
      }
    });
  }
  return types;
}

/** Locals that hold one part of the input and nothing else. */
function inputLocals(body: readonly PlanStatement[]): ReadonlyMap<LocalId, readonly PathKey[]> {
  const paths = new Map<LocalId, readonly PathKey[]>();
  visitStatements(body, (statement) => {
    if (statement.kind === "input") paths.set(statement.target, statement.path);
  });
  return paths;
}

/** The locals that a statement reads, each with the type that the statement can make something of. */
function uses(statement: PlanStatement, plan: QueryPlan): readonly (readonly [LocalId, PathType])[] {
  switch (statement.kind) {
    case "compare": {
      const { left, right } = statement;
      return [...comparedWith(left, right, plan), ...comparedWith(right, left, plan)];
    }
    case "builtin":
      return statement.args.flatMap((arg, index) =>
        arg.kind === "local" ? [[arg.id, parameterType(statement.name, index)] as const] : [],
      );
    case "observe":
      return [];
    case "truthy":
      return statement.source.kind === "local" ? [[statement.source.id, "boolean"]] : [];
    default:
      return operandsOf(statement).flatMap((operand) =>
        operand.kind === "local" ? [[operand.id, "any"] as const] : [],
      );
  }
}

/** A comparison with a constant shows the constant's type; with anything else it shows nothing. */
function comparedWith(operand: Operand, other: Operand, plan: QueryPlan): readonly (readonly [LocalId, PathType])[] {
  if (operand.kind !== "local") return [];
  const constant = other.kind === "constant" ? plan.constants[other.id] : undefined;
  return [[operand.id, constant === undefined ? "any" : typeName(constant)]];
}

const SCALARS: ReadonlySet<string> = new Set(["string", "number", "boolean"]);

function parameterType(name: string, index: number): PathType {
  const text = findBuiltin(name)?.parameters[index]?.replace(/^\w+: /, "");
  const [only, ...others] = text === undefined ? [] : splitTopLevel(text, "|");
  return others.length === 0 && only !== undefined && SCALARS.has(only) ? (only as PathType) : "any";
}
