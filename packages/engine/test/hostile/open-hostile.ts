import { BuiltinError, loadPolicy, type Policy } from "@flyball/engine";

/** What the one host built-in does, by its argument. */
const ANSWERS: Readonly<Record<string, () => unknown>> = {
  answer: () => "here",
  nothing: () => undefined,
  error: () => {
    throw new BuiltinError("not today");
  },
  fatal: () => {
    throw new BuiltinError("never", { fatal: true });
  },
  throws: () => {
    throw new TypeError("a bug in a built-in");
  },
  "throws a text": () => {
    // JavaScript lets a built-in throw anything.
    const thrown: unknown = "text";
    throw thrown;
  },
  "answers a function": () => () => 1,
  "answers NaN": () => Number.NaN,
  "answers a cycle": () => {
    const cycle: unknown[] = [];
    cycle.push(cycle);
    return cycle;
  },
};

export interface HostileOptions {
  readonly memoryPages?: number;
  readonly data?: unknown;
}

/** The policy, with 16 MiB of memory and few steps, so that exhausting them takes no time. */
export function openHostile(
  wasm: Uint8Array<ArrayBuffer>,
  { memoryPages = 256, data }: HostileOptions = {},
): Promise<Policy> {
  const ask = ([argument]: readonly unknown[]): never => ANSWERS[String(argument)]?.() as never;
  return loadPolicy(wasm, { builtins: { "uuid.rfc4122": ask }, limits: { memoryPages, fuel: 20_000 }, data });
}
