import { compile } from "@flyball/compiler";
import { BuiltinError, loadPolicy, type Policy } from "@flyball/engine";

/** One entrypoint for each way in which an evaluation can go wrong, and for those that must go right all the time. */
const SOURCE = `package hostile

default decision := "DENY"

decision := "ALLOW" if {
	input.role == "junior"
	input.amount > 0
	input.amount <= 5000
}

whole := input.whole

nested := {"order": input.order.amount, "third": input.rows[2], "names": [row.name | some row in input.rows]}

conflict := 1 if input.a

conflict := 2 if input.b

loops := count([1 | some i in numbers.range(1, input.n); some j in numbers.range(1, input.n)])

grows := count([s | some i in numbers.range(1, input.n); s := sprintf("%s%d", [input.text, i])])

asked := uuid.rfc4122(input.ask)

product := input.x * input.y

known := data.limits[input.client].allow
`;

const ENTRYPOINTS = ["decision", "whole", "nested", "conflict", "loops", "grows", "asked", "product", "known"] as const;

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
    // biome-ignore lint/style/useThrowOnlyError: JavaScript lets a built-in throw anything
    throw "text";
  },
  "answers a function": () => () => 1,
  "answers NaN": () => Number.NaN,
  "answers a cycle": () => {
    const cycle: unknown[] = [];
    cycle.push(cycle);
    return cycle;
  },
};

/** The policy, with 16 MiB of memory and few steps, so that exhausting them takes no time. */
export function loadHostilePolicy(
  options: { readonly memoryPages?: number; readonly data?: unknown } = {},
): Promise<Policy> {
  const { wasm, diagnostics } = compile({
    modules: { "hostile.rego": SOURCE },
    entrypoints: ENTRYPOINTS.map((name) => `hostile/${name}`),
  });
  if (wasm === undefined) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  const ask = ([argument]: readonly unknown[]): never => ANSWERS[String(argument)]?.() as never;
  const { memoryPages = 256, data } = options;
  return loadPolicy(wasm, { builtins: { "uuid.rfc4122": ask }, limits: { memoryPages, fuel: 20_000 }, data });
}
