import type { BuiltinFunction } from "@flyball/builtins";
import {
  interpretPlan,
  type PlaceId,
  PlanFault,
  type QueryPlan,
  type ReplacedInputDocument,
  StepLimitReached,
} from "@flyball/compiler";
import { isArray, type RegoValue } from "@flyball/engine/values";
import type { Outcome } from "./outcome.ts";

/** Statements that the reference may run for one test: some seconds. */
const MAX_STEPS = 20_000_000;

/** What the reference interpreter saw of one test. */
export interface ReferenceRun {
  /** `too-long`: it was stopped, and what was seen is a part. */
  readonly outcome: Outcome | { readonly kind: "too-long" };
  /** Names of the cases that evaluation came to, whether they hold or not. */
  readonly cases: readonly (readonly RegoValue[])[];
  /** Documents asked for under a `with` that replaces input. */
  readonly documents: readonly ReplacedInputDocument[];
  readonly hasInput: boolean;
  /** What `print` printed. */
  readonly printed: readonly string[];
}

export interface ReferenceOptions {
  /** Made to be observed. */
  readonly plan: QueryPlan;
  readonly entrypoint: string;
  readonly data: RegoValue;
  readonly builtins: ReadonlyMap<string, BuiltinFunction>;
  /** Where the built-ins write what `print` prints. */
  readonly printed: string[];
  /** Nanoseconds since 1970. */
  readonly now: bigint;
  readonly onObserve?: ((place: PlaceId, value: RegoValue | undefined) => void) | undefined;
}

export function runReference({
  plan,
  entrypoint,
  data,
  builtins,
  printed,
  now,
  onObserve,
}: ReferenceOptions): ReferenceRun {
  const cases: (readonly RegoValue[])[] = [];
  const documents: ReplacedInputDocument[] = [];
  let hasInput = false;
  printed.length = 0;
  const run = (): ReferenceRun["outcome"] => {
    try {
      const value = interpretPlan(plan, {
        entrypoint,
        input: undefined,
        data,
        builtins,
        environment: { now, memo: new Map() },
        maxSteps: MAX_STEPS,
        onObserve: (place, found) => {
          if (plan.places[place]?.of === "keys" && found !== undefined && isArray(found)) cases.push(found);
          onObserve?.(place, found);
        },
        onNewInput: () => {
          hasInput = true;
        },
        onDocument: (document) => documents.push(document),
      });
      return value === undefined ? { kind: "undefined" } : { kind: "value", value };
    } catch (error) {
      if (error instanceof PlanFault) return { kind: "fault", code: error.code };
      if (error instanceof StepLimitReached) return { kind: "too-long" };
      throw error;
    }
  };
  const outcome = run();
  return { outcome, cases, documents, hasInput, printed: [...printed] };
}
