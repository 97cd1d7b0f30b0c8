import { type RegoValue, structuralKey } from "@flyball/engine/values";
import type {
  ConstantId,
  FunctionId,
  FunctionPlan,
  LabelId,
  LocalId,
  Operand,
  PlanStatement,
  QueryPlan,
  RuleId,
  SiteId,
} from "../../src/plan/query-plan.ts";

/** Plans written by hand, so that this stage is tested whatever the planner does. */
export interface HandPlan {
  constant(value: RegoValue): Operand;
  /** Answers the number by which it is called. Functions come before those that call them. */
  fn(
    name: string,
    parts: Partial<Pick<FunctionPlan, "params" | "memoized">>,
    body: readonly PlanStatement[],
  ): FunctionId;
  /** Its only entrypoint is the function given last. */
  readonly plan: QueryPlan;
}

const span = { file: "test.rego", start: 0, end: 0 };

export const local = (id: number): Operand => ({ kind: "local", id: id as LocalId });
export const target = (id: number): LocalId => id as LocalId;
export const label = (id: number): LabelId => id as LabelId;
export const SITE = 0 as SiteId;
export const RULE = 0 as RuleId;

export function handPlan(): HandPlan {
  const constants = new Map<string, { readonly id: ConstantId; readonly value: RegoValue }>();
  const functions: FunctionPlan[] = [];
  return {
    constant(value) {
      const key = structuralKey(value);
      const known = constants.get(key) ?? { id: constants.size as ConstantId, value };
      constants.set(key, known);
      return { kind: "constant", id: known.id };
    },
    fn(name, { params = [], memoized = false }, body) {
      const id = functions.length as FunctionId;
      const localCount = 1 + Math.max(-1, ...JSON.stringify([params, body]).matchAll(/\d+/g).map(Number));
      functions.push({ id, name, params, memoized, localCount, body, span });
      return id;
    },
    get plan() {
      const last = functions.at(-1);
      if (last === undefined) throw new Error("a plan without functions");
      return {
        constants: Array.from(constants.values(), ({ value }) => value),
        functions,
        entrypoints: [{ name: "test/answer", function: last.id }],
        sites: [{ span, message: "a conflict" }],
        rules: [{ name: "data.test.answer", span }],
        places: [],
        documents: [],
        data: undefined,
      };
    },
  };
}
