import type { RegoValue } from "@flyball/engine/values";
import { structuralKey } from "@flyball/engine/values";
import type { BoundPolicy } from "../bind/bound.ts";
import { type ConstantValues, constantValues } from "../check/constant-values.ts";
import { InternalError } from "../diagnostics/internal-error.ts";
import type { Span } from "../syntax/nodes.ts";
import { FunctionBuilder } from "./function-builder.ts";
import type {
  ConstantId,
  FunctionId,
  FunctionPlan,
  Operand,
  PlaceId,
  PlacePlan,
  RuleId,
  RulePlan,
  SiteId,
  SitePlan,
} from "./query-plan.ts";
import { buildRuleTree, RESERVED_DOCUMENT, type RuleNode } from "./rule-tree.ts";

/** What all functions of one plan share while they are planned: tables, and functions still to be planned. */
export class PlanState {
  readonly policy: BoundPolicy;
  readonly tree: RuleNode;
  /** What is known of variables before evaluation. */
  readonly values: ConstantValues;
  readonly constants: RegoValue[] = [];
  readonly sites: SitePlan[] = [];
  readonly rules: RulePlan[] = [];
  readonly places: PlacePlan[] = [];
  /** Whether the plan gets `observe` statements. */
  readonly observed: boolean;
  readonly #constantIds = new Map<string, ConstantId>();
  readonly #siteIds = new Map<string, SiteId>();
  readonly #ruleIds = new Map<object, RuleId>();
  readonly #placeIds = new Map<string, PlaceId>();
  readonly #functionIds = new Map<string, FunctionId>();
  readonly #functions: (FunctionPlan | undefined)[] = [];
  readonly #queue: (() => void)[] = [];
  #reserved = 0;

  constructor(policy: BoundPolicy, observed = false) {
    this.policy = policy;
    this.observed = observed;
    this.tree = buildRuleTree(policy);
    this.values = constantValues(policy.clauses);
  }

  /** An operand for a canonical value; equal values share one constant. */
  constant(value: RegoValue): Operand {
    const key = structuralKey(value);
    let id = this.#constantIds.get(key);
    if (id === undefined) {
      id = (this.constants.push(value) - 1) as ConstantId;
      this.#constantIds.set(key, id);
    }
    return { kind: "constant", id };
  }

  site(span: Span, message: string): SiteId {
    const key = `${span.file}:${span.start}:${message}`;
    let id = this.#siteIds.get(key);
    if (id === undefined) {
      id = (this.sites.push({ span, message }) - 1) as SiteId;
      this.#siteIds.set(key, id);
    }
    return id;
  }

  place(of: PlacePlan["of"], span: Span): PlaceId {
    const key = `${of}:${span.file}:${span.start}:${span.end}`;
    let id = this.#placeIds.get(key);
    if (id === undefined) {
      id = (this.places.push({ of, span }) - 1) as PlaceId;
      this.#placeIds.set(key, id);
    }
    return id;
  }

  /** The rule that `explain` names for a clause's branch; variants of one branch share it. */
  rule(branch: object, rule: RulePlan): RuleId {
    let id = this.#ruleIds.get(branch);
    if (id === undefined) {
      id = (this.rules.push(rule) - 1) as RuleId;
      this.#ruleIds.set(branch, id);
    }
    return id;
  }

  /** The function known by `key`, planned later when it is new: functions may refer to each other in any order. */
  function(key: string, name: string, span: Span, plan: (builder: FunctionBuilder) => FunctionPlan): FunctionId {
    const known = this.#functionIds.get(key);
    if (known !== undefined) return known;
    const id = (this.#functions.push(undefined) - 1) as FunctionId;
    this.#functionIds.set(key, id);
    this.#queue.push(() => {
      this.#functions[id] = plan(new FunctionBuilder({ id, name, span }));
    });
    return id;
  }

  /** Plans what is still waiting. */
  finish(): readonly FunctionPlan[] {
    for (let job = this.#queue.shift(); job !== undefined; job = this.#queue.shift()) job();
    return this.#functions.map((plan, id) => {
      if (plan === undefined) throw new InternalError(`function ${id} was never planned`);
      return plan;
    });
  }

  /** A name below `data` that no policy can write, for values that a `with` hands to callees. */
  reservedPath(): readonly string[] {
    return [RESERVED_DOCUMENT, String(this.#reserved++)];
  }
}
