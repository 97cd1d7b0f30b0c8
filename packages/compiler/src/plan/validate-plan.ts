import type { FunctionPlan, LabelId, LocalId, Operand, PlanStatement, QueryPlan } from "./query-plan.ts";
import { operandsOf } from "./visit-statements.ts";

/** What is wrong with a plan, as lines; none for a plan that every later stage may trust. For tests after each pass. */
export function validatePlan(plan: QueryPlan): readonly string[] {
  const problems: string[] = [];
  for (const { name, function: id } of plan.entrypoints)
    if (plan.functions[id] === undefined) problems.push(`entrypoint ${name}: no function ${id}`);
  for (const [index, each] of plan.functions.entries()) {
    if (each.id !== index) problems.push(`function ${index} calls itself ${each.id}`);
    new FunctionValidator(plan, each, problems).list(each.body, []);
  }
  return problems;
}

class FunctionValidator {
  readonly #plan: QueryPlan;
  readonly #function: FunctionPlan;
  readonly #problems: string[];
  readonly #labels = new Set<LabelId>();

  constructor(plan: QueryPlan, each: FunctionPlan, problems: string[]) {
    this.#plan = plan;
    this.#function = each;
    this.#problems = problems;
  }

  /** `around` are the labels that a break in this list may name. */
  list(statements: readonly PlanStatement[], around: readonly LabelId[]): void {
    for (const statement of statements) this.#statement(statement, around);
  }

  #statement(statement: PlanStatement, around: readonly LabelId[]): void {
    for (const operand of operandsOf(statement)) this.#operand(operand, statement);
    if ("target" in statement) this.#local(statement.target, statement);
    if ("site" in statement && this.#plan.sites[statement.site] === undefined)
      this.#report(statement, `site ${statement.site} does not exist`);
    switch (statement.kind) {
      case "block":
      case "scan":
        if (this.#labels.has(statement.label)) this.#report(statement, `label ${statement.label} is not unique`);
        this.#labels.add(statement.label);
        this.list(statement.body, [...around, statement.label]);
        break;
      case "with":
        this.list(statement.body, []);
        break;
      case "break":
        if (!around.includes(statement.label)) this.#report(statement, `label ${statement.label} is not around it`);
        break;
      case "call":
        this.#call(statement);
        break;
      case "trace":
        if (this.#plan.rules[statement.rule] === undefined)
          this.#report(statement, `rule ${statement.rule} does not exist`);
        break;
      case "observe":
        if (this.#plan.places[statement.place] === undefined)
          this.#report(statement, `place ${statement.place} does not exist`);
        break;
      default:
        break;
    }
  }

  #call(statement: Extract<PlanStatement, { kind: "call" }>): void {
    const callee = this.#plan.functions[statement.function];
    if (callee === undefined) this.#report(statement, `function ${statement.function} does not exist`);
    else if (callee.params.length !== statement.args.length)
      this.#report(statement, `${statement.args.length} arguments for ${callee.params.length} parameters`);
  }

  #operand(operand: Operand, statement: PlanStatement): void {
    if (operand.kind === "local") this.#local(operand.id, statement);
    else if (this.#plan.constants[operand.id] === undefined)
      this.#report(statement, `constant ${operand.id} does not exist`);
  }

  #local(id: LocalId, statement: PlanStatement): void {
    if (id < 0 || id >= this.#function.localCount) this.#report(statement, `local ${id} is out of range`);
  }

  #report(statement: PlanStatement, problem: string): void {
    this.#problems.push(`${this.#function.name}: ${statement.kind}: ${problem}`);
  }
}
