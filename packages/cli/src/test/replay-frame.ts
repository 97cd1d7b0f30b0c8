import type { PreparedPolicy, ReplacedInputDocument } from "@flyball/compiler";
import type { Policy } from "@flyball/engine";
import { type RegoValue, structuralKey, toJson } from "@flyball/engine/values";
import { loadPlan } from "../load-plan.ts";
import { isSame, type Outcome, outcomeText } from "./outcome.ts";
import { shorten } from "./shorten.ts";
import type { FrameCheck } from "./test-result.ts";

/** A test with what the reference saw under its `with input`. */
export interface FrameTest {
  readonly hasInput: boolean;
  readonly documents: readonly ReplacedInputDocument[];
  readonly now: bigint;
}

export interface FrameResult extends FrameCheck {
  /** The first evaluation that answered differently. */
  readonly difference?: string;
}

/**
 * Evaluates what the tests ask for under `with input` once more as an application would: as an entrypoint of a module compiled for production, base documents set at load, the input encoded into the frame. The
 * answers must be those of the reference interpreter.
 */
export async function replayFrame(
  prepared: PreparedPolicy,
  tests: readonly FrameTest[],
): Promise<readonly FrameResult[]> {
  const wanted = new Set<string>();
  for (const { documents } of tests)
    for (const document of documents) {
      const name = entrypointOf(document);
      if (name !== undefined) wanted.add(name);
    }
  const { plan } = wanted.size === 0 ? { plan: undefined } : prepared.plan({ entrypoints: [...wanted].sort() });
  const replayer = plan === undefined ? undefined : new Replayer(await loadPlan(plan, { modules: {} }));
  return tests.map((test) => checkTest(test, replayer));
}

/** The entrypoint that answers the document, where there can be one. */
function entrypointOf({ function: { document } }: ReplacedInputDocument): string | undefined {
  return document === undefined || document.length === 0 || document.some((step) => step.includes("/"))
    ? undefined
    : document.join("/");
}

function checkTest({ hasInput, documents, now }: FrameTest, replayer: Replayer | undefined): FrameResult {
  const reasons = new Set<string>();
  let same = 0;
  let difference: string | undefined;
  for (const document of documents) {
    const name = entrypointOf(document);
    if (name === undefined || replayer === undefined) {
      reasons.add(reasonOf(document));
      continue;
    }
    const answer = replayer.evaluate(name, document, now);
    if (isSame(answer, document.outcome)) same++;
    else
      difference ??= `data.${name.replaceAll("/", ".")} is ${outcomeText(document.outcome)}, and ${outcomeText(answer)} through the frame, for the input ${shorten(inputText(document.input))}`;
  }
  if (hasInput && documents.length === 0) reasons.add("its `with input` is on an expression that asks for no rule");
  return { hasInput, same, reasons: [...reasons], ...(difference === undefined ? {} : { difference }) };
}

function reasonOf({ function: { replaced, document, name } }: ReplacedInputDocument): string {
  if (replaced !== undefined) return `it replaces ${replaced.join(", ")} as well, which no entrypoint can`;
  if (document?.length === 0) return "it asks for the whole of data, which is no entrypoint";
  return `${name} cannot be an entrypoint`;
}

/** One module for all tests; each evaluation is made once. */
class Replayer {
  readonly #policy: Policy;
  readonly #known = new Map<string, Outcome>();
  readonly #dataIds = new Map<RegoValue, number>();
  #current: RegoValue | undefined;

  constructor(policy: Policy) {
    this.#policy = policy;
  }

  evaluate(entrypoint: string, { input, data }: ReplacedInputDocument, now: bigint): Outcome {
    const readsTime = this.#policy.manifest.entrypoints.some(({ name, clock }) => name === entrypoint && clock);
    const key = `${entrypoint} ${this.#dataId(data)} ${readsTime ? now : ""} ${input === undefined ? "" : structuralKey(input)}`;
    let outcome = this.#known.get(key);
    if (outcome === undefined) {
      this.#setData(data);
      const evaluation = this.#policy.evaluate(input, { entrypoint, now });
      outcome = evaluation;
      this.#known.set(key, outcome);
    }
    return outcome;
  }

  #setData(data: RegoValue): void {
    if (data === this.#current || this.#policy.manifest.data.slots.length === 0) return;
    this.#policy.setData(data);
    this.#current = data;
  }

  #dataId(data: RegoValue): number {
    let id = this.#dataIds.get(data);
    if (id === undefined) {
      id = this.#dataIds.size;
      this.#dataIds.set(data, id);
    }
    return id;
  }
}

function inputText(input: RegoValue | undefined): string {
  return input === undefined ? "undefined" : toJson(input);
}
