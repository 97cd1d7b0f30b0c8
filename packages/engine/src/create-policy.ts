/**
 * One policy on one module: the hot path. In: an input and settings that were checked before. Out: an `Evaluation`. Between them
 * nothing is allocated where the result is a constant of the module, but for the descriptors that reading an input safely takes.
 */
import { Control, NO_SITE, Status, Tag } from "./abi/layout.ts";
import { encodeData, type MemorySnapshot, restoreInstance, restoreMemory } from "./base-documents.ts";
import { BorderError } from "./border/border-error.ts";
import { type CallSettings, settleCall } from "./call-settings.ts";
import { ConstantEvaluations } from "./constant-evaluations.ts";
import { type Evaluation, type EvaluationFault, type FaultCode, UNDEFINED } from "./evaluation.ts";
import { ENGINE_FAULT, FAULT_MESSAGES, makeFault, withFuel } from "./fault.ts";
import type { EntrypointEncoder } from "./instance/entrypoint-encoder.ts";
import { askClock, type HostCall } from "./instance/host-builtin.ts";
import type { InstanceSource, PolicyInstance } from "./instance/policy-instance.ts";
import { ResultTooLargeError } from "./instance/value-reader.ts";
import type { Limits } from "./limits.ts";
import { pathText } from "./path-text.ts";
import type { EntrypointEvaluator, EvaluateOptions, Explanation, Policy } from "./policy.ts";
import { PolicyUsageError } from "./policy-usage-error.ts";

export interface PolicyParts {
  readonly source: InstanceSource;
  readonly digest: string;
  readonly limits: Limits;
  readonly data: unknown;
  readonly clock: (() => bigint) | undefined;
  readonly strictBuiltinErrors: boolean;
  readonly accessors: "refuse" | "read";
}

/** What one value of a result takes in JavaScript, roughly: with the memory limit it bounds a result whose parts are shared in the module. */
const RESULT_BYTES = 64;

/** An entrypoint made ready: where its export and its encoder are. */
interface Entrypoint {
  readonly index: number;
  readonly clock: boolean;
}

/** Throws `PolicyLoadError` where the data or the memory limit does not fit the module. */
export function createPolicy(parts: PolicyParts): Policy {
  return new LoadedPolicy(parts).face();
}

class LoadedPolicy {
  readonly #parts: PolicyParts;
  readonly #entrypoints: ReadonlyMap<string, Entrypoint>;
  readonly #first: Entrypoint;
  readonly #defaults: CallSettings;
  readonly #constants: ConstantEvaluations;
  #instance: PolicyInstance;
  #snapshot: MemorySnapshot;

  constructor(parts: PolicyParts) {
    const { manifest } = parts.source;
    this.#parts = parts;
    const entrypoints = manifest.entrypoints.map((each, index) => [each.name, { index, clock: each.clock }] as const);
    this.#entrypoints = new Map(entrypoints);
    this.#first = (entrypoints[0] as readonly [string, Entrypoint])[1];
    this.#defaults = settleCall(parts, {});
    this.#constants = new ConstantEvaluations(manifest.constants);
    const { instance, snapshot } = encodeData(parts.source, parts.data, parts.limits);
    this.#instance = instance;
    this.#snapshot = snapshot;
  }

  face(): Policy {
    const { source, digest, limits } = this.#parts;
    return Object.freeze({
      manifest: source.manifest,
      digest,
      limits,
      evaluate: (input: unknown, options?: EvaluateOptions) => this.#evaluate(input, options),
      entrypoint: (name: string, options?: Omit<EvaluateOptions, "entrypoint">) => this.#evaluator(name, options),
      setData: (data: unknown) => this.#setData(data),
      explain: (input: unknown, options?: EvaluateOptions) => this.#explain(input, options),
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

  #find(name: string): Entrypoint {
    const entrypoint = this.#entrypoints.get(name);
    if (entrypoint !== undefined) return entrypoint;
    const known = [...this.#entrypoints.keys()].slice(0, 10).join(", ");
    throw new PolicyUsageError("unknown_entrypoint", `the policy has no entrypoint "${name}"; it has ${known}`);
  }

  #setData(data: unknown): void {
    const { instance, snapshot } = encodeData(this.#parts.source, data, this.#parts.limits);
    this.#instance = instance;
    this.#snapshot = snapshot;
  }

  #explain(input: unknown, options: EvaluateOptions | undefined): Explanation {
    const evaluation = this.#evaluate(input, options);
    const { memory, broken } = this.#instance;
    const start = memory.u32[Control.epochStart >>> 2] as number;
    // A fault before the call (an invalid input) leaves the traces of the evaluation before.
    const ran =
      !broken &&
      !(evaluation.kind === "fault" && (evaluation.code === "input_invalid" || evaluation.code === "engine_fault"));
    const fired = ran
      ? this.#parts.source.manifest.rules.filter(
          ({ trace }) => (memory.u32[trace >>> 2] as number) >= start && start > 0,
        )
      : [];
    return { evaluation, rules: fired.map(({ id, name, file, line }) => ({ id, name, file, line })) };
  }

  /** In one piece, since every call on the way costs as much as reading a property. */
  #run(entrypoint: Entrypoint, input: unknown, call: CallSettings): Evaluation {
    const instance = this.#instance;
    if (instance.busy || instance.broken) return this.#runAnew(entrypoint, input, call);
    const { memory, writer } = instance;
    const { plainGets } = call;
    writer.start(instance.heapBase);
    writer.depthLimit = call.depth;
    writer.plainGets = plainGets;
    memory.limit = call.heapLimit;
    if (instance.asksHost) prepareHost(instance.hostCall, call);
    let status: number;
    let called = false;
    // While foreign code may run: getters and traps of the input, host built-ins.
    instance.busy = true;
    try {
      memory.reserve(0);
      const encoder = instance.encoders[entrypoint.index] as EntrypointEncoder;
      if (plainGets) encoder.read(input);
      else encoder.refuse(input);
      if (entrypoint.clock) writeClock(instance);
      memory.u32[Control.heapTop >>> 2] = memory.top;
      if (instance.settings !== call) writeSettings(instance, call);
      called = true;
      status = (instance.entrypoints[entrypoint.index] as (fuel: number) => number)(call.fuel);
    } catch (error) {
      instance.busy = false;
      if (!called) return this.#refuseInput(instance, error, call);
      this.#discard(instance);
      return ENGINE_FAULT;
    }
    instance.busy = false;
    memory.refresh();
    const { u32 } = memory;
    const top = u32[Control.heapTop >>> 2] as number;
    if (status === Status.value && top === instance.heapBase && !call.fuelUsed) {
      const tag = (u32[(Control.result >>> 2) + 1] as number) >>> 16;
      const known = this.#constants.recent(tag, u32[Control.result >>> 2] as number);
      if (known !== undefined) return known;
    }
    const evaluation = this.#outcome(instance, status, call);
    if (top > instance.heapBase) memory.clear(instance.heapBase, top);
    return call.fuelUsed ? withFuel(evaluation, this.#fuelUsed(entrypoint, call)) : evaluation;
  }

  /** What the module counted; its static bound where it does not count, since every evaluation that is counted takes something. */
  #fuelUsed({ index }: Entrypoint, { fuel }: CallSettings): number {
    const used = fuel - ((this.#instance.memory.u32[Control.fuel >>> 2] as number) | 0);
    return used === 0 ? (this.#parts.source.manifest.entrypoints[index]?.fuel.bound ?? 0) : used;
  }

  #runAnew(entrypoint: Entrypoint, input: unknown, call: CallSettings): Evaluation {
    if (this.#instance.busy)
      throw new PolicyUsageError(
        "evaluation_in_progress",
        "a policy cannot be evaluated from inside its own evaluation",
      );
    return this.#renew() ? this.#run(entrypoint, input, call) : ENGINE_FAULT;
  }

  #outcome(instance: PolicyInstance, status: number, call: CallSettings): Evaluation {
    if (status === Status.value) return this.#value(instance, call);
    if (status === Status.undefined) return UNDEFINED;
    const code = FAULTS[status];
    if (code === undefined) {
      if (status === Status.hostError && instance === this.#instance) restoreMemory(instance, this.#snapshot);
      else this.#discard(instance);
      return ENGINE_FAULT;
    }
    const site = (instance.memory.u32[Control.faultSite >>> 2] as number) >>> 0;
    const place = site === NO_SITE ? undefined : this.#parts.source.manifest.sites[site];
    const message = code === "builtin_error" ? instance.hostCall.message : undefined;
    instance.hostCall.message = undefined;
    if (place === undefined) return makeFault(code, message ?? FAULT_MESSAGES[code]);
    const { file, line, column } = place;
    const text = message ?? (code === "policy_conflict" ? place.message : FAULT_MESSAGES[code]);
    return Object.freeze({ kind: "fault", code, message: text, site: Object.freeze({ file, line, column }) });
  }

  #value(instance: PolicyInstance, call: CallSettings): Evaluation {
    const { u32 } = instance.memory;
    const tag = (u32[(Control.result >>> 2) + 1] as number) >>> 16;
    const low = u32[Control.result >>> 2] as number;
    if (tag === Tag.boolean) return low === 0 ? FALSE : TRUE;
    const shared = tag >= Tag.bigNumber ? this.#constants.get(tag, low) : undefined;
    if (shared !== undefined) return shared;
    try {
      const value = instance.reader.read(Control.result, { nodes: call.heapLimit / RESULT_BYTES, depth: call.depth });
      if (value === undefined) return UNDEFINED;
      return this.#constants.keep({ tag, address: low, value });
    } catch (error) {
      if (error instanceof ResultTooLargeError) return makeFault("memory_exhausted", error.message);
      this.#discard(instance);
      return ENGINE_FAULT;
    }
  }

  #refuseInput(instance: PolicyInstance, error: unknown, call: CallSettings): EvaluationFault {
    if (error instanceof PolicyUsageError) throw error;
    instance.memory.clear(instance.heapBase, instance.memory.top);
    // Straight-line code keeps no place: it says one where it hands over.
    const known = error instanceof BorderError || !this.#parts.source.hasOwnEncoder;
    const where = pathText("input", known ? instance.writer.path() : []);
    const refused =
      error instanceof BorderError
        ? makeFault(error.code, `${where}: ${error.message}`)
        : makeFault("input_invalid", `${where}: reading it threw an exception`);
    return call.fuelUsed ? (withFuel(refused, 0) as EvaluationFault) : refused;
  }

  /** After anything unexpected nothing is known about an instance; the next evaluation gets a fresh one. */
  #discard(instance: PolicyInstance): void {
    instance.broken = true;
    if (this.#instance === instance) this.#renew();
  }

  #renew(): boolean {
    try {
      this.#instance = restoreInstance(this.#parts.source, this.#snapshot, this.#parts.limits);
      return true;
    } catch {
      // No memory for an instance at present: the broken one stays and the next evaluation tries again.
      return false;
    }
  }
}

function prepareHost(hostCall: HostCall, { clock, strict }: CallSettings): void {
  hostCall.clock = clock;
  hostCall.now = undefined;
  hostCall.memo = undefined;
  hostCall.strict = strict === 1;
}

/** What the module does not write. */
function writeSettings(instance: PolicyInstance, call: CallSettings): void {
  const { u32 } = instance.memory;
  instance.settings = call;
  u32[Control.heapBase >>> 2] = instance.heapBase;
  u32[Control.heapLimit >>> 2] = call.heapLimit;
  u32[Control.fuel >>> 2] = call.fuel;
  u32[Control.depthLimit >>> 2] = call.depth;
  u32[Control.strict >>> 2] = call.strict;
}

function writeClock({ writer, hostCall }: PolicyInstance): void {
  const now = askClock(hostCall);
  if (now === undefined) writer.writeUndefined(Control.clock);
  else writer.writeValue(Control.clock, now);
}

/** By status; what is not here is a status that no module of this ABI returns, or one after which the instance is thrown away. */
const FAULTS: Readonly<Record<number, Exclude<FaultCode, "input_invalid" | "engine_fault">>> = {
  [Status.policyConflict]: "policy_conflict",
  [Status.fuelExhausted]: "fuel_exhausted",
  [Status.memoryExhausted]: "memory_exhausted",
  [Status.depthExceeded]: "depth_exceeded",
  [Status.numberLimit]: "number_limit",
  [Status.builtinError]: "builtin_error",
};

const TRUE: Evaluation = Object.freeze({ kind: "value", value: true });
const FALSE: Evaluation = Object.freeze({ kind: "value", value: false });
