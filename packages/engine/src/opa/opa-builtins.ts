import { BorderError } from "../border/border-error.ts";
import { type BuiltinEnvironment, BuiltinError, type BuiltinFunction } from "../builtin.ts";
import type { EvaluationFault } from "../evaluation.ts";
import { makeFault } from "../fault.ts";
import { builtinEnvironment, type HostCall } from "../instance/host-builtin.ts";
import { ResultTooLargeError } from "../instance/value-reader.ts";
import { NumberLimitError } from "../values/number-limit-error.ts";
import type { RegoValue } from "../values/rego-value.ts";
import type { OpaInstance } from "./opa-instance.ts";

/** Fuel for the way across the border and back, as in modules of our own. */
const CALL_FUEL = 32;

/** Ends an evaluation from inside a host built-in. It never reaches a caller. */
export class OpaHostFault extends Error {
  override readonly name = "OpaHostFault";
  readonly fault: EvaluationFault;

  constructor(fault: EvaluationFault) {
    super(fault.message);
    this.fault = fault;
  }
}

interface Border {
  readonly instance: () => OpaInstance;
  readonly call: HostCall;
  /** By the numbers that the module gives them. */
  readonly builtins: () => ReadonlyMap<number, { readonly name: string; readonly run: BuiltinFunction }>;
}

/** The functions `opa_builtin0` to `opa_builtin4`: from the addresses of arguments to the address of the result, 0 for none. */
export function opaBuiltins({ instance, call, builtins }: Border): Record<string, WebAssembly.ImportValue> {
  const environment = builtinEnvironment(call);
  const run = (id: number, addresses: readonly number[]): number => {
    const builtin = builtins().get(id);
    if (builtin === undefined)
      throw new OpaHostFault(makeFault("engine_fault", `the module calls a built-in that it does not list: ${id}`));
    return callBuiltin({ instance: instance(), call, environment, ...builtin }, addresses);
  };
  return Object.fromEntries(
    [0, 1, 2, 3, 4].map((arity) => [
      `opa_builtin${arity}`,
      (id: number, _context: number, ...addresses: number[]) => run(id, addresses.slice(0, arity)),
    ]),
  );
}

interface BuiltinCall {
  readonly instance: OpaInstance;
  readonly call: HostCall;
  readonly environment: BuiltinEnvironment;
  readonly name: string;
  readonly run: BuiltinFunction;
}

function callBuiltin({ instance, call, environment, name, run }: BuiltinCall, addresses: readonly number[]): number {
  try {
    const result = run(readArguments(instance, addresses), environment);
    return result === undefined ? 0 : instance.writeResult(result);
  } catch (error) {
    if (error instanceof BuiltinError && !error.fatal && !call.strict) return 0;
    throw new OpaHostFault(faultOf(error, name));
  }
}

/** The arguments, paid for where the module counts. */
function readArguments(instance: OpaInstance, addresses: readonly number[]): RegoValue[] {
  let fuel = instance.fuelLeft() - CALL_FUEL;
  const values: RegoValue[] = [];
  for (const address of addresses) {
    if (fuel < 0) break;
    const [value, cost] = instance.readArgument(address, fuel);
    fuel -= cost;
    values.push(value);
  }
  instance.setFuel(fuel);
  if (fuel < 0) throw new ResultTooLargeError("fuel");
  return values;
}

function faultOf(error: unknown, name: string): EvaluationFault {
  if (error instanceof OpaHostFault) return error.fault;
  if (error instanceof BuiltinError) return makeFault("builtin_error", `${name}: ${error.message}`);
  if (error instanceof ResultTooLargeError)
    return makeFault("fuel_exhausted", "the evaluation needs more steps than its fuel limit");
  if (error instanceof NumberLimitError) return makeFault("number_limit", error.message);
  if (error instanceof BorderError && error.code !== "input_invalid") return makeFault(error.code, error.message);
  return makeFault("engine_fault", `the host built-in ${name} failed`);
}
