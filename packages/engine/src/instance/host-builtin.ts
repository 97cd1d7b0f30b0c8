import { Control, Status } from "../abi/layout.ts";
import { BorderError } from "../border/border-error.ts";
import { type BuiltinEnvironment, BuiltinError, type BuiltinFunction } from "../builtin.ts";
import { PolicyUsageError } from "../policy-usage-error.ts";
import { NumberLimitError } from "../values/number-limit-error.ts";
import type { RegoValue } from "../values/rego-value.ts";
import type { PolicyInstance } from "./policy-instance.ts";
import { ResultTooLargeError } from "./value-reader.ts";

/** Fuel for the way across the border and back; docs/reference/abi.md, "Fuel". */
const CALL_FUEL = 32;

/** The state of the evaluation that host built-ins are called from. One object for each instance, reused. */
export interface HostCall {
  instance: PolicyInstance | undefined;
  clock: (() => bigint) | undefined;
  /** The clock's answer for this evaluation, once it was asked. */
  now: bigint | undefined;
  /** What built-ins keep for this evaluation, once one does. */
  memo: Map<string, RegoValue> | undefined;
  strict: boolean;
  /** Why the last built-in ended the evaluation. */
  message: string | undefined;
}

interface HostBuiltin {
  readonly name: string;
  readonly arity: number;
  readonly run: BuiltinFunction;
  readonly call: HostCall;
}

/** The function that the module imports for a built-in: from the address of the arguments to a status. It never throws. */
export function hostBuiltin({ name, arity, run, call }: HostBuiltin): (args: number) => number {
  const environment = builtinEnvironment(call);
  return (args) => {
    const { instance } = call;
    if (instance === undefined) return Status.hostError;
    const { memory } = instance;
    try {
      memory.refresh();
      const address = args >>> 0;
      if (address % 8 !== 0 || address + 8 * Math.max(arity, 1) > memory.u8.length)
        throw new RangeError("arguments outside of the memory");
      const values = readArguments(instance, address, arity);
      if (values === undefined) return Status.fuelExhausted;
      const result = run(values, environment);
      return result === undefined ? Status.undefined : writeResult(instance, address, result);
    } catch (error) {
      return statusOf(error, name, call);
    }
  };
}

/** What built-ins see of the evaluation that calls them. */
export function builtinEnvironment(call: HostCall): BuiltinEnvironment {
  return {
    get now() {
      return askClock(call);
    },
    get memo() {
      call.memo ??= new Map();
      return call.memo;
    },
  };
}

/** The evaluation's one time: the clock is asked once, and only if somebody wants to know. Throws `PolicyUsageError`. */
export function askClock(call: HostCall): bigint | undefined {
  if (call.now !== undefined || call.clock === undefined) return call.now;
  call.now = readClock(call.clock);
  return call.now;
}

function readClock(clock: () => bigint): bigint {
  let now: unknown;
  try {
    now = clock();
  } catch (error) {
    throw new PolicyUsageError("clock_invalid", "the clock threw an exception", { cause: error });
  }
  if (typeof now === "bigint") return now;
  throw new PolicyUsageError("clock_invalid", "the clock must answer nanoseconds since 1970 as a bigint");
}

/** The arguments, paid for; undefined where the fuel does not suffice. */
function readArguments({ memory, reader }: PolicyInstance, address: number, arity: number): RegoValue[] | undefined {
  const word = Control.fuel >>> 2;
  let fuel = ((memory.u32[word] as number) | 0) - CALL_FUEL;
  const values: RegoValue[] = [];
  try {
    for (let i = 0; i < arity && fuel >= 0; i++) {
      const value = reader.read(address + 8 * i, { nodes: fuel, depth: Number.POSITIVE_INFINITY });
      if (value === undefined) throw new RangeError("an argument is undefined");
      fuel -= reader.cost;
      values.push(value);
    }
  } catch (error) {
    if (!(error instanceof ResultTooLargeError)) throw error;
    fuel = -1;
  }
  memory.u32[word] = Math.max(fuel, 0);
  return fuel < 0 ? undefined : values;
}

function writeResult({ memory, writer }: PolicyInstance, address: number, result: RegoValue): number {
  memory.refresh();
  const top = memory.u32[Control.heapTop >>> 2] as number;
  memory.top = Math.ceil(top / 8) * 8;
  writer.writeValue(address, result);
  memory.u32[Control.heapTop >>> 2] = memory.top;
  return Status.value;
}

function statusOf(error: unknown, name: string, call: HostCall): number {
  if (error instanceof BuiltinError) {
    if (!error.fatal && !call.strict) return Status.undefined;
    call.message = `${name}: ${error.message}`;
    return Status.builtinError;
  }
  if (error instanceof NumberLimitError) return Status.numberLimit;
  if (error instanceof BorderError && error.code === "memory_exhausted") return Status.memoryExhausted;
  if (error instanceof BorderError && error.code === "depth_exceeded") return Status.depthExceeded;
  call.message = `the host built-in ${name} failed`;
  return Status.hostError;
}
