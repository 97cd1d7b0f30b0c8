import { loadBuiltins } from "@flyball/builtins";
import { type RegoValue, systemClock } from "@flyball/engine";

/**
 * Our own built-ins for a host that lacks them, which takes functions of JSON. So policies that it could not run at all (they ask for time
 * zones, say) can be compared.
 */
export async function lentBuiltins(
  names: readonly string[],
): Promise<Readonly<Record<string, (...args: unknown[]) => unknown>>> {
  const builtins = await loadBuiltins(names);
  return Object.fromEntries(
    Array.from(builtins, ([name, run]) => [
      name,
      (...args: unknown[]) => run(args.map(canonical), { now: systemClock() }),
    ]),
  );
}

/** JSON of that host has doubles for integers of any size. */
function canonical(value: unknown): RegoValue {
  if (typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value)) return BigInt(value);
  return Array.isArray(value) ? value.map(canonical) : (value as RegoValue);
}
