import { loadBuiltins } from "@flyball/builtins";
import { compile } from "@flyball/compiler";
import { type Evaluation, loadPolicy, type Policy, PolicyLoadError } from "@flyball/engine";
import { equalValues, type RegoValue } from "@flyball/engine/values";
import { compareSolutions } from "../compare-solutions.ts";

/** One policy with the inputs to ask about. */
export interface BothWays {
  readonly name: string;
  readonly modules: readonly string[];
  /** `limits/decision` */
  readonly entrypoint: string;
  readonly data: RegoValue;
  readonly inputs: readonly (RegoValue | undefined)[];
  /** The order of an array that is the answer is nobody's promise: it follows the order in which an object or a set was gone through. */
  readonly anyOrder: boolean;
}

export interface ComparedPolicy {
  readonly same: number;
  /** Answers that are the same but for calculated numbers beyond 17 digits. */
  readonly rounded: number;
  readonly different: readonly string[];
}

const NOW = 1_700_000_000_123_456_789n;

/** Compiles a policy here, takes OPA's module of it, and asks both every input. Answers why it could not. */
export async function compareModules(
  policy: BothWays,
  opaModule: Uint8Array<ArrayBuffer>,
): Promise<ComparedPolicy | string> {
  const { wasm, diagnostics } = compile({
    modules: Object.fromEntries(policy.modules.map((text, i) => [`module-${i}.rego`, text])),
    entrypoints: [policy.entrypoint],
  });
  if (wasm === undefined) return diagnostics.map(({ message }) => message).join("; ");
  const own = await load(wasm, policy.data);
  const opa = await load(opaModule, policy.data);
  if (typeof own === "string") return `our module: ${own}`;
  if (typeof opa === "string") return `OPA's module: ${opa}`;
  let same = 0;
  let rounded = 0;
  const different: string[] = [];
  for (const [i, input] of policy.inputs.entries()) {
    const verdict = compareEvaluations(own.evaluate(input), opa.evaluate(input), policy.anyOrder);
    if (verdict === "same") same++;
    else if (verdict === "rounded") rounded++;
    else different.push(`input ${i}: ${verdict}`);
  }
  return { same, rounded, different };
}

async function load(wasm: Uint8Array<ArrayBuffer>, data: RegoValue): Promise<Policy | string> {
  try {
    return await loadPolicy(wasm, { data, builtins: (names) => loadBuiltins(names), clock: () => NOW });
  } catch (error) {
    if (error instanceof PolicyLoadError) return error.message;
    throw error;
  }
}

function compareEvaluations(own: Evaluation, opa: Evaluation, anyOrder: boolean): string {
  if (own.kind === "value" && opa.kind === "value") {
    if (equalValues(own.value, opa.value)) return "same";
    // Also where sets are compared as arrays, two values that are equal without rounding were equal above.
    const { equal, roundings } = compareSolutions([{ x: own.value }], [{ x: opa.value }], anyOrder);
    if (equal && roundings > 0) return "rounded";
    if (equal && anyOrder) return "same";
  } else if (own.kind === opa.kind && (own.kind !== "fault" || (opa.kind === "fault" && own.code === opa.code))) {
    return "same";
  }
  return `ours ${show(own)}, OPA's ${show(opa)}`;
}

function show(evaluation: Evaluation): string {
  if (evaluation.kind === "fault") return `${evaluation.code} (${evaluation.message})`;
  if (evaluation.kind === "undefined") return "undefined";
  const text = JSON.stringify(evaluation.value, (_, each: unknown) =>
    each instanceof Set ? { set: [...each] } : each instanceof Map ? { map: [...each] } : each,
  );
  return text.length > 160 ? `${text.slice(0, 160)}...` : text;
}
