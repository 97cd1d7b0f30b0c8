import { toJson } from "@flyball/engine/values";
import type { FunctionPlan, Operand, PlanStatement, QueryPlan } from "./query-plan.ts";

/** A query plan as text, one statement a line: for golden tests and for people. */
export function printPlan(plan: QueryPlan): string {
  const entrypoints = plan.entrypoints.map(({ name, function: id }) => `entrypoint ${name} = f${id}`);
  const functions = plan.functions.map((each) => printFunction(plan, each));
  return `${[...entrypoints, ...functions].join("\n\n")}\n`;
}

function printFunction(plan: QueryPlan, each: FunctionPlan): string {
  const params = each.params.map((id) => `l${id}`).join(", ");
  const head = `${each.memoized ? "memoized " : ""}function f${each.id}(${params})  # ${each.name}`;
  return [head, ...printList(plan, each.body, 1)].join("\n");
}

function printList(plan: QueryPlan, statements: readonly PlanStatement[], depth: number): readonly string[] {
  return statements.flatMap((statement) => printStatement(plan, statement, depth));
}

function printStatement(plan: QueryPlan, statement: PlanStatement, depth: number): readonly string[] {
  const indent = "  ".repeat(depth);
  const operand = (each: Operand) => (each.kind === "local" ? `l${each.id}` : toJson(plan.constants[each.id] ?? null));
  const list = (operands: readonly Operand[]) => operands.map(operand).join(", ");
  const line = (text: string): readonly string[] => [`${indent}${text}`];
  switch (statement.kind) {
    case "assign":
      return line(`l${statement.target} = ${operand(statement.source)}`);
    case "clear":
      return line(`l${statement.target} = undefined`);
    case "input":
    case "data":
      return line(
        `l${statement.target} = ${statement.kind}${statement.path.map((key) => `[${JSON.stringify(key)}]`).join("")}`,
      );
    case "dot":
      return line(
        `l${statement.target} = ${statement.base === true ? "base " : ""}${operand(statement.source)}[${operand(statement.key)}]`,
      );
    case "call":
      return line(`l${statement.target} = f${statement.function}(${list(statement.args)})`);
    case "builtin":
      return line(`l${statement.target} = ${statement.name}(${list(statement.args)})`);
    case "make-array":
      return line(`l${statement.target} = [${list(statement.items)}]`);
    case "make-set":
      return line(`l${statement.target} = {${list(statement.items)}}`);
    case "make-object":
      return line(
        `l${statement.target} = {${statement.entries.map(([key, value]) => `${operand(key)}: ${operand(value)}`).join(", ")}}`,
      );
    case "compare":
      return line(`${statement.operator} ${operand(statement.left)}, ${operand(statement.right)}`);
    case "truthy":
    case "is-collection":
      return line(`${statement.kind} ${operand(statement.source)}`);
    case "defined":
    case "undefined":
      return line(`${statement.kind} l${statement.source}`);
    case "array-of":
    case "object-of":
      return line(`${statement.kind} ${operand(statement.source)}, ${statement.count}`);
    case "fail":
      return line("fail");
    case "new":
      return line(`l${statement.target} = new ${statement.form}`);
    case "append":
    case "add":
      return line(`${statement.kind} l${statement.target}, ${operand(statement.value)}`);
    case "insert":
      return line(`insert l${statement.target}, ${operand(statement.key)}: ${operand(statement.value)}`);
    case "insert-at":
      return line(
        `insert-at l${statement.target}, [${list(statement.path)}], ${statement.leaf} ${operand(statement.value)}`,
      );
    case "assign-once":
      return line(`l${statement.target} = once ${operand(statement.source)}`);
    case "block":
      return [`${indent}block b${statement.label}`, ...printList(plan, statement.body, depth + 1)];
    case "scan": {
      const key = statement.key === undefined ? "_" : `l${statement.key}`;
      const value = statement.value === undefined ? "_" : `l${statement.value}`;
      return [
        `${indent}scan b${statement.label}: ${key}, ${value} in ${operand(statement.source)}`,
        ...printList(plan, statement.body, depth + 1),
      ];
    }
    case "break":
      return line(`break b${statement.label}`);
    case "with": {
      const replacements = statement.replacements.map(
        ({ document, path, value }) =>
          `${document}${path.map((key) => `[${JSON.stringify(key)}]`).join("")} as ${operand(value)}`,
      );
      return [`${indent}with ${replacements.join(", ")}`, ...printList(plan, statement.body, depth + 1)];
    }
    case "return":
      return line(`return ${operand(statement.source)}`);
    case "trace":
      return line(`trace r${statement.rule}`);
    case "fault":
      return line(`fault s${statement.site}`);
    case "observe":
      return line(`observe p${statement.place}${statement.value === undefined ? "" : `, ${operand(statement.value)}`}`);
  }
}
