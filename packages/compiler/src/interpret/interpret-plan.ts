import { type BuiltinEnvironment, BuiltinError, type BuiltinFunction } from "@flyball/builtins";
import {
  compareValues,
  equalValues,
  isArray,
  isObject,
  isSet,
  makeSet,
  objectEntries,
  objectSize,
  type RegoValue,
  sortedElements,
} from "@flyball/engine/values";
import { assertNever } from "../diagnostics/assert-never.ts";
import { InternalError } from "../diagnostics/internal-error.ts";
import { lookUp, lookUpBase, lookUpPath, patch } from "../documents/look-up.ts";
import type {
  ComparisonOperator,
  FunctionId,
  FunctionPlan,
  LabelId,
  LocalId,
  Operand,
  PlaceId,
  PlanStatement,
  QueryPlan,
  SiteId,
} from "../plan/query-plan.ts";
import { Collection, finished, isCollection } from "./collection.ts";
import { PlanFault } from "./plan-fault.ts";
import { StepLimitReached } from "./step-limit-reached.ts";

/**
 * The reference: runs a query plan as it reads, without regard to speed. What a module answers must be what this answers. In: a plan, input and base documents as values. Out: the entrypoint's value,
 * undefined, or a `PlanFault` thrown.
 */
export function interpretPlan(plan: QueryPlan, options: InterpretOptions): RegoValue | undefined {
  const entrypoint = plan.entrypoints.find(({ name }) => name === options.entrypoint) ?? plan.entrypoints[0];
  if (entrypoint === undefined) throw new InternalError("the plan has no entrypoint");
  const world: World = {
    input: options.input,
    data: options.data ?? plan.data ?? {},
    memo: new Map(),
    owner: undefined,
    hasNewInput: false,
  };
  return new Interpreter(plan, options).call(entrypoint.function, [], world);
}

export interface InterpretOptions {
  readonly entrypoint?: string;
  /** `undefined` is no input. */
  readonly input: RegoValue | undefined;
  readonly data?: RegoValue | undefined;
  readonly builtins: ReadonlyMap<string, BuiltinFunction>;
  readonly environment: BuiltinEnvironment;
  /** An error of a built-in is a fault instead of undefined. */
  readonly strict?: boolean;
  /** Of a plan made to be observed: called at each place that evaluation comes to, with the value there if it has one. */
  readonly onObserve?: (place: PlaceId, value: RegoValue | undefined) => void;
  /** Called when a `with` replaces the input, or a part of it. */
  readonly onNewInput?: () => void;
  /** Called for each document that was computed under a `with` that replaces input, where the expression under the `with` asks for it. */
  readonly onDocument?: (document: ReplacedInputDocument) => void;
  /** Statements after which `StepLimitReached` is thrown. Unbounded unless given. */
  readonly maxSteps?: number;
}

/** What a rule or package answered in a world made by a `with`. */
export interface ReplacedInputDocument {
  readonly function: FunctionPlan;
  readonly input: RegoValue | undefined;
  readonly data: RegoValue;
  readonly outcome:
    | { readonly kind: "value"; readonly value: RegoValue }
    | { readonly kind: "undefined" }
    | { readonly kind: "fault"; readonly code: PlanFault["code"] };
}

/** The documents in sight; a `with` makes another world for its body. */
interface World {
  readonly input: RegoValue | undefined;
  readonly data: RegoValue;
  readonly memo: Map<FunctionId, RegoValue | undefined>;
  /** The call whose `with` made this world. */
  readonly owner: Frame | undefined;
  readonly hasNewInput: boolean;
}

/** One call of a function. */
interface Frame {
  readonly locals: (RegoValue | Collection | undefined)[];
  result: RegoValue | undefined;
  /** The world for whose `with` this call of a function stands in: what it asks for, the expression under the `with` asks for. */
  readonly standsIn: World | undefined;
}

/**
 * How a statement ended: `next`, `fail` (the innermost scope ends), `return`, or the label of the scope that a `break` leaves.
 */
type Outcome = "next" | "fail" | "return" | LabelId;

class Interpreter {
  readonly #plan: QueryPlan;
  readonly #options: InterpretOptions;
  #steps: number;

  constructor(plan: QueryPlan, options: InterpretOptions) {
    this.#plan = plan;
    this.#options = options;
    this.#steps = options.maxSteps ?? Number.POSITIVE_INFINITY;
  }

  call(id: FunctionId, args: readonly RegoValue[], world: World, from?: Frame): RegoValue | undefined {
    const plan = this.#function(id);
    const asked = from !== undefined && (world.owner === from || from.standsIn === world);
    if (!plan.memoized) return this.#run(plan, args, world, asked ? world : undefined);
    if (asked && world.hasNewInput && this.#options.onDocument !== undefined) return this.#reported(plan, world);
    return this.#memoized(plan, world);
  }

  #memoized(plan: FunctionPlan, world: World): RegoValue | undefined {
    if (!world.memo.has(plan.id)) world.memo.set(plan.id, this.#run(plan, [], world, undefined));
    return world.memo.get(plan.id);
  }

  #reported(plan: FunctionPlan, world: World): RegoValue | undefined {
    const { input, data } = world;
    const report = (outcome: ReplacedInputDocument["outcome"]) =>
      this.#options.onDocument?.({ function: plan, input, data, outcome });
    try {
      const value = this.#memoized(plan, world);
      report(value === undefined ? { kind: "undefined" } : { kind: "value", value });
      return value;
    } catch (error) {
      if (error instanceof PlanFault) report({ kind: "fault", code: error.code });
      throw error;
    }
  }

  #run(
    plan: FunctionPlan,
    args: readonly RegoValue[],
    world: World,
    standsIn: World | undefined,
  ): RegoValue | undefined {
    const frame: Frame = { locals: [], result: undefined, standsIn };
    for (const [index, param] of plan.params.entries()) frame.locals[param] = args[index];
    this.#list(plan.body, frame, world);
    return frame.result;
  }

  #list(statements: readonly PlanStatement[], frame: Frame, world: World): Outcome {
    for (const statement of statements) {
      if (this.#steps-- === 0) throw new StepLimitReached();
      const outcome = this.#statement(statement, frame, world);
      if (outcome !== "next") return outcome;
    }
    return "next";
  }

  #statement(statement: PlanStatement, frame: Frame, world: World): Outcome {
    const read = (operand: Operand) => this.#read(operand, frame);
    const assign = (target: LocalId, value: RegoValue | Collection | undefined): Outcome => {
      frame.locals[target] = value;
      return value === undefined ? "fail" : "next";
    };
    const test = (holds: boolean): Outcome => (holds ? "next" : "fail");
    switch (statement.kind) {
      case "assign":
        return assign(
          statement.target,
          statement.source.kind === "local" && frame.locals[statement.source.id] === undefined
            ? undefined
            : read(statement.source),
        );
      case "clear":
        frame.locals[statement.target] = undefined;
        return "next";
      case "input":
        return assign(statement.target, lookUpPath(world.input, statement.path));
      case "data":
        return assign(statement.target, lookUpPath(world.data, statement.path));
      case "dot":
        return assign(
          statement.target,
          (statement.base === true ? lookUpBase : lookUp)(read(statement.source), read(statement.key)),
        );
      case "call":
        return assign(statement.target, this.call(statement.function, statement.args.map(read), world, frame));
      case "builtin":
        return assign(statement.target, this.#builtin(statement.name, statement.args.map(read), statement.site));
      case "make-array":
        return assign(statement.target, statement.items.map(read));
      case "make-set":
        return assign(statement.target, makeSet(statement.items.map(read)));
      case "make-object": {
        const object = new Collection("object");
        for (const [key, value] of statement.entries)
          if (!object.insert(read(key), read(value))) this.#conflict(statement.site);
        return assign(statement.target, object.finish());
      }
      case "compare":
        return test(compare(statement.operator, read(statement.left), read(statement.right)));
      case "truthy":
        return test(read(statement.source) !== false);
      case "defined":
        return test(frame.locals[statement.source] !== undefined);
      case "undefined":
        return test(frame.locals[statement.source] === undefined);
      case "array-of": {
        const value = read(statement.source);
        return test(isArray(value) && value.length === statement.count);
      }
      case "object-of": {
        const value = read(statement.source);
        return test(isObject(value) && objectSize(value) === statement.count);
      }
      case "is-collection":
        return test(isCollection(read(statement.source)));
      case "fail":
        return "fail";
      case "new":
        return assign(statement.target, new Collection(statement.form));
      case "append":
        this.#collection(statement.target, frame).append(read(statement.value));
        return "next";
      case "add":
        this.#collection(statement.target, frame).add(read(statement.value));
        return "next";
      case "insert":
        if (!this.#collection(statement.target, frame).insert(read(statement.key), read(statement.value)))
          this.#conflict(statement.site);
        return "next";
      case "insert-at":
        this.#insertAt(statement, frame);
        return "next";
      case "assign-once": {
        const known = frame.locals[statement.target];
        const value = read(statement.source);
        if (known !== undefined && !equalValues(finished(known), value)) this.#conflict(statement.site);
        return assign(statement.target, value);
      }
      case "block": {
        const outcome = this.#list(statement.body, frame, world);
        return outcome === "fail" || outcome === statement.label ? "next" : outcome;
      }
      case "scan":
        return this.#scan(statement, frame, world);
      case "break":
        return statement.label;
      case "with": {
        const outcome = this.#list(statement.body, frame, this.#replace(statement, frame, world));
        return outcome === "fail" ? "next" : outcome;
      }
      case "return": {
        if (statement.source.kind === "local" && frame.locals[statement.source.id] === undefined) return "fail";
        frame.result = read(statement.source);
        return "return";
      }
      case "trace":
        return "next";
      case "fault":
        return this.#conflict(statement.site);
      case "observe":
        this.#options.onObserve?.(statement.place, statement.value === undefined ? undefined : read(statement.value));
        return "next";
      default:
        return assertNever(statement);
    }
  }

  #scan(statement: Extract<PlanStatement, { kind: "scan" }>, frame: Frame, world: World): Outcome {
    for (const [key, value] of elements(this.#read(statement.source, frame))) {
      if (statement.key !== undefined) frame.locals[statement.key] = key;
      if (statement.value !== undefined) frame.locals[statement.value] = value;
      const outcome = this.#list(statement.body, frame, world);
      if (outcome === "next" || outcome === "fail") continue;
      return outcome === statement.label ? "next" : outcome;
    }
    return "next";
  }

  #replace(statement: Extract<PlanStatement, { kind: "with" }>, frame: Frame, world: World): World {
    let { input, data } = world;
    const replacesInput = statement.replacements.some(({ document }) => document === "input");
    for (const { document, path, value } of statement.replacements) {
      const replacement = this.#read(value, frame);
      if (document === "input") input = patch(input, path, replacement);
      else data = patch(data, path, replacement);
    }
    if (replacesInput) this.#options.onNewInput?.();
    return { input, data, memo: new Map(), owner: frame, hasNewInput: world.hasNewInput || replacesInput };
  }

  #builtin(name: string, args: readonly RegoValue[], site: SiteId): RegoValue | undefined {
    const builtin = this.#options.builtins.get(name);
    if (builtin === undefined) throw new InternalError(`no built-in ${name}`);
    try {
      return builtin(args, this.#options.environment);
    } catch (error) {
      if (!(error instanceof BuiltinError)) throw error;
      if (error.fatal || this.#options.strict === true)
        throw new PlanFault("builtin_error", site, `${name}: ${error.message}`);
      return undefined;
    }
  }

  #insertAt(statement: Extract<PlanStatement, { kind: "insert-at" }>, frame: Frame): void {
    let place: Collection = this.#collection(statement.target, frame);
    const value = this.#read(statement.value, frame);
    const keys = statement.path.map((operand) => this.#read(operand, frame));
    for (const [depth, key] of keys.entries()) {
      const last = depth === keys.length - 1;
      if (last && statement.leaf === "value") {
        if (!place.insert(key, value)) this.#conflict(statement.site);
        return;
      }
      const inner = place.descend(key, last ? "set" : "object");
      if (inner === undefined) this.#conflict(statement.site);
      else place = inner;
    }
    place.add(value);
  }

  #conflict(site: SiteId): never {
    throw new PlanFault("policy_conflict", site, this.#plan.sites[site]?.message ?? "conflict");
  }

  #read(operand: Operand, frame: Frame): RegoValue {
    const value = operand.kind === "constant" ? this.#plan.constants[operand.id] : frame.locals[operand.id];
    if (value === undefined) throw new InternalError(`${operand.kind} ${operand.id} is read while undefined`);
    return finished(value);
  }

  #collection(target: LocalId, frame: Frame): Collection {
    const collection = frame.locals[target];
    if (!(collection instanceof Collection))
      throw new InternalError(`local ${target} is no collection under construction`);
    return collection;
  }

  #function(id: FunctionId): FunctionPlan {
    const plan = this.#plan.functions[id];
    if (plan === undefined) throw new InternalError(`no function ${id}`);
    return plan;
  }
}

function elements(value: RegoValue): Iterable<readonly [RegoValue, RegoValue]> {
  if (isArray(value)) return [...value.entries()];
  if (isSet(value)) return sortedElements(value).map((element) => [element, element] as const);
  if (!isObject(value)) return [];
  return [...objectEntries(value)].sort(([a], [b]) => compareValues(a, b));
}

function compare(operator: ComparisonOperator, left: RegoValue, right: RegoValue): boolean {
  switch (operator) {
    case "equal":
      return equalValues(left, right);
    case "not-equal":
      return !equalValues(left, right);
    case "less":
      return compareValues(left, right) < 0;
    case "less-or-equal":
      return compareValues(left, right) <= 0;
    case "greater":
      return compareValues(left, right) > 0;
    case "greater-or-equal":
      return compareValues(left, right) >= 0;
  }
}
