/**
 * One policy on one module made by OPA, behind the same interface as our own. In: an input and settings that were checked before. Out: an `Evaluation`. OPA's code knows one way to refuse,
 * `opa_abort`, and traps for the rest: all of them are faults here, and after each the instance is made anew. Without a fuel counter (`flyball meter`) nothing bounds how long it runs.
 */
import type { Manifest } from "../abi/manifest.ts";
import { BorderError } from "../border/border-error.ts";
import { hasBarePrototype } from "../border/own-value.ts";
import { type CallSettings, settleCall } from "../call-settings.ts";
import { type Evaluation, type EvaluationFault, UNDEFINED } from "../evaluation.ts";
import { ENGINE_FAULT, FAULT_MESSAGES, makeFault, withFuel } from "../fault.ts";
import { ResultTooLargeError } from "../instance/value-reader.ts";
import { type Limits, WASM_PAGE } from "../limits.ts";
import { pathText } from "../path-text.ts";
import type { EntrypointEvaluator, EvaluateOptions, Policy } from "../policy.ts";
import { PolicyLoadError } from "../policy-load-error.ts";
import { PolicyUsageError } from "../policy-usage-error.ts";
import { NumberLimitError } from "../values/number-limit-error.ts";
import { abortFault, OpaAbort } from "./opa-abort.ts";
import { OpaHostFault } from "./opa-builtins.ts";
import { HOST_FUEL, type OpaInstance } from "./opa-instance.ts";

export interface OpaPolicyParts {
  /** A fresh instance for each set of base documents. */
  readonly makeInstance: () => OpaInstance;
  readonly manifest: Manifest;
  /** By name, the numbers under which the module knows them. */
  readonly entrypoints: ReadonlyMap<string, number>;
  readonly digest: string;
  readonly limits: Limits;
  readonly data: unknown;
  readonly clock: (() => bigint) | undefined;
  readonly strictBuiltinErrors: boolean;
  readonly accessors: "refuse" | "read";
}

/** What one value of a result takes in JavaScript, roughly. */
const RESULT_BYTES = 64;

const TRUE: Evaluation = Object.freeze({ kind: "value", value: true });
const FALSE: Evaluation = Object.freeze({ kind: "value", value: false });

/** Throws `PolicyLoadError` where the data or the memory limit does not fit. */
export function createOpaPolicy(parts: OpaPolicyParts): Policy {
  const policy = new OpaPolicy(parts);
  return policy.face();
}

class OpaPolicy {
  readonly #parts: OpaPolicyParts;
  readonly #first: number;
  readonly #defaults: CallSettings;
  #instance: OpaInstance;

  constructor(parts: OpaPolicyParts) {
    this.#parts = parts;
    this.#first = Math.min(...parts.entrypoints.values());
    this.#defaults = settleCall(parts, {});
    this.#instance = this.#withData(parts.data);
  }

  face(): Policy {
    const { manifest, digest, limits } = this.#parts;
    return Object.freeze({
      manifest,
      digest,
      limits,
      evaluate: (input: unknown, options?: EvaluateOptions) => this.#evaluate(input, options),
      entrypoint: (name: string, options?: Omit<EvaluateOptions, "entrypoint">) => this.#evaluator(name, options),
      setData: (data: unknown) => {
        this.#instance = this.#withData(data);
      },
      explain: (input: unknown, options?: EvaluateOptions) => ({
        evaluation: this.#evaluate(input, options),
        rules: [],
      }),
    });
  }

  #evaluate(input: unknown, options: EvaluateOptions | undefined): Evaluation {
    if (options === undefined) return this.#run(this.#first, input, this.#defaults);
    const entrypoint = options.entrypoint === undefined ? this.#first : this.#find(options.entrypoint);
    return this.#run(entrypoint, input, settleCall(this.#parts, options));
  }

  #evaluator(name: string, options: Omit<EvaluateOptions, "entrypoint"> | undefined): EntrypointEvaluator {
    const entrypoint = this.#find(name);
    const call = options === undefined ? this.#defaults : settleCall(this.#parts, options);
    return (input) => this.#run(entrypoint, input, call);
  }

  #find(name: string): number {
    const { entrypoints } = this.#parts;
    const entrypoint = entrypoints.get(name);
    if (entrypoint !== undefined) return entrypoint;
    const known = [...entrypoints.keys()].slice(0, 10).join(", ");
    throw new PolicyUsageError("unknown_entrypoint", `the policy has no entrypoint "${name}"; it has ${known}`);
  }

  /** A fresh instance with the base documents in it, so that a failure touches nothing. Throws `PolicyLoadError`. */
  #withData(data: unknown): OpaInstance {
    const { limits, makeInstance } = this.#parts;
    const instance = makeInstance();
    const { writer, memory } = instance;
    memory.limit = limits.memoryPages * WASM_PAGE;
    writer.depthLimit = limits.depth;
    instance.setFuel(HOST_FUEL);
    writer.start(Math.ceil(instance.heapTop() / 8) * 8);
    try {
      instance.settle(instance.write(data === undefined ? {} : data));
      return instance;
    } catch (error) {
      const where = pathText("data", writer.path());
      if (error instanceof BorderError && error.code !== "memory_exhausted") {
        throw new PolicyLoadError("data_invalid", `${where}: ${error.message}`);
      }
      const full = error instanceof BorderError || error instanceof OpaAbort;
      throw full
        ? new PolicyLoadError("memory_limit", "the base documents do not fit the memory limit")
        : new PolicyLoadError("data_invalid", `${where}: reading it threw an exception`, { cause: error });
    }
  }

  #run(entrypoint: number, input: unknown, call: CallSettings): Evaluation {
    const instance = this.#instance;
    if (instance.busy)
      throw new PolicyUsageError(
        "evaluation_in_progress",
        "a policy cannot be evaluated from inside its own evaluation",
      );
    if (instance.broken && !recovered(instance)) return ENGINE_FAULT;
    instance.busy = true;
    try {
      const evaluation = this.#call(instance, { entrypoint, input, call });
      if (instance.broken) recovered(instance);
      return evaluation;
    } finally {
      instance.busy = false;
    }
  }

  #call(instance: OpaInstance, { entrypoint, input, call }: OpaCall): Evaluation {
    const { memory, writer, hostCall } = instance;
    let writing = true;
    writer.start(instance.heapBase);
    writer.depthLimit = call.depth;
    writer.plainGets = call.plainGets && hasBarePrototype();
    memory.limit = Math.min(call.heapLimit, this.#parts.limits.memoryPages * WASM_PAGE);
    hostCall.clock = call.clock;
    hostCall.now = undefined;
    hostCall.memo = undefined;
    hostCall.strict = call.strict === 1;
    instance.setFuel(call.fuel);
    let evaluation: Evaluation;
    try {
      memory.reserve(0);
      const address = input === undefined ? 0 : instance.write(input);
      writing = false;
      const set = instance.evaluate(entrypoint, address);
      const left = instance.fuelLeft();
      evaluation = outcome(instance, set, call);
      instance.clear();
      return call.fuelUsed && instance.metered ? withFuel(evaluation, call.fuel - left) : evaluation;
    } catch (error) {
      evaluation = writing ? refusal(error, instance) : faultOf(error, instance);
      instance.broken = !writing || error instanceof OpaAbort || error instanceof WebAssembly.RuntimeError;
    }
    if (!instance.broken) memory.clear(instance.heapBase, memory.top);
    return call.fuelUsed && instance.metered
      ? withFuel(evaluation, call.fuel - Math.max(instance.fuelLeft(), 0))
      : evaluation;
  }
}

interface OpaCall {
  readonly entrypoint: number;
  readonly input: unknown;
  readonly call: CallSettings;
}

function outcome(instance: OpaInstance, set: number, call: CallSettings): Evaluation {
  instance.setFuel(HOST_FUEL);
  // Only the policy's own limit bounds the memory while the module runs.
  if (instance.heapTop() > call.heapLimit) return makeFault("memory_exhausted", FAULT_MESSAGES.memory_exhausted);
  const bounds = { nodes: call.heapLimit / RESULT_BYTES, depth: call.depth };
  try {
    const value = instance.readResult(set, bounds);
    if (value === undefined) return UNDEFINED;
    return value === true ? TRUE : value === false ? FALSE : { kind: "value", value };
  } catch (error) {
    if (error instanceof ResultTooLargeError) return makeFault("memory_exhausted", error.message);
    if (error instanceof NumberLimitError) return makeFault("number_limit", FAULT_MESSAGES.number_limit);
    throw error;
  }
}

function faultOf(error: unknown, instance: OpaInstance): EvaluationFault {
  if (error instanceof OpaHostFault) return error.fault;
  if (error instanceof OpaAbort) return abortFault(error.message);
  if (error instanceof WebAssembly.RuntimeError && instance.fuelLeft() < 0)
    return makeFault("fuel_exhausted", FAULT_MESSAGES.fuel_exhausted);
  // The JavaScript stack carries the module's calls as well.
  if (error instanceof RangeError && /call stack/i.test(error.message))
    return makeFault("depth_exceeded", FAULT_MESSAGES.depth_exceeded);
  return ENGINE_FAULT;
}

/** Where the input was not taken: by the border, or by the module, which may have been given a part of it as text. */
function refusal(error: unknown, instance: OpaInstance): EvaluationFault {
  const where = pathText("input", instance.writer.path());
  if (error instanceof BorderError) return makeFault(error.code, `${where}: ${error.message}`);
  if (error instanceof OpaAbort || error instanceof WebAssembly.RuntimeError) return faultOf(error, instance);
  return makeFault("input_invalid", `${where}: reading it threw an exception`);
}

/** Whether the instance could be made anew; where there is no memory for it at present, the next evaluation tries again. */
function recovered(instance: OpaInstance): boolean {
  try {
    instance.recover();
    return true;
  } catch {
    return false;
  }
}
