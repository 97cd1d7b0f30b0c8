import { compile } from "@flyball/compiler";
import { loadPolicy, type Policy } from "@flyball/engine";
import { describe, expect, it } from "vitest";
import { randomFrom } from "./mutations/mutate.ts";

type Random = (below: number) => number;

const FIELDS = ["a", "b", "c", "d", "e"] as const;
const SCALARS = ['"x"', '"yy"', "1", "2.5", "true", "null"] as const;

function pick<T>(random: Random, items: readonly T[]): T {
  return items[random(items.length)] as T;
}

/** One condition of a body: comparisons with constants, negations, helpers without loops. */
function condition(random: Random, helpers: number): string {
  const field = `input.${pick(random, FIELDS)}`;
  switch (random(6)) {
    case 0:
      return `${field} == ${pick(random, SCALARS)}`;
    case 1:
      return `${field} != ${pick(random, SCALARS)}`;
    case 2:
      return `${field} < ${random(9)}`;
    case 3:
      return `not ${field} == ${pick(random, SCALARS)}`;
    case 4:
      return helpers === 0 ? `${field} > ${random(9)}` : `helper${random(helpers)}`;
    default:
      return helpers === 0 ? field : `check${random(helpers)}(${field})`;
  }
}

function body(random: Random, helpers: number): string {
  return Array.from({ length: 1 + random(4) }, () => condition(random, helpers)).join("; ");
}

/** A policy without loops: helpers that call earlier ones, and a rule with its alternatives. */
function loopFree(random: Random): string {
  const rules = ["package p", 'default decision := "none"'];
  const helpers = random(12);
  for (let i = 0; i < helpers; i++) {
    for (let clause = 1 + random(3); clause > 0; clause--) rules.push(`helper${i} if { ${body(random, i)} }`);
    rules.push(`check${i}(x) if { x == ${pick(random, SCALARS)}; ${body(random, i)} }`);
  }
  rules.push(`decision := "0" if { ${body(random, helpers)} }`);
  for (let i = 1; i < 2 + random(6); i++) rules.push(`else := "${i}" if { ${body(random, helpers)} }`);
  return rules.join("\n");
}

function inputOf(random: Random): unknown {
  const values = ["x", "yy", "", 1, 2.5, 7, -1, true, false, null, [], {}, 2n ** 80n];
  return Object.fromEntries(FIELDS.filter(() => random(5) > 0).map((field) => [field, pick(random, values)]));
}

async function load(
  source: string,
  entrypoints: readonly string[],
): Promise<{ policy: Policy; bound: number | undefined }> {
  const { wasm, diagnostics } = compile({ modules: { "p.rego": source }, entrypoints });
  if (wasm === undefined) throw new Error(`${diagnostics.map(({ message }) => message).join("; ")}\n${source}`);
  const policy = await loadPolicy(wasm);
  return { policy, bound: policy.manifest.entrypoints[0]?.fuel.bound };
}

/** Code counts where another entrypoint of the module has no bound. */
const COUNTED = "\ncounted := [x | some x in input.xs]";

describe("the static bound of a policy without loops", () => {
  it("is never exceeded, by no input of thousands that look for one", async () => {
    let bounded = 0;
    let nearest = 0;
    for (let seed = 0; seed < 120; seed++) {
      const random = randomFrom(seed);
      const source = loopFree(random);
      const { policy, bound } = await load(source + COUNTED, ["p/decision", "p/counted"]);
      if (bound === undefined) continue;
      bounded++;
      for (let i = 0; i < 150; i++) {
        const input = inputOf(random);
        const { fuelUsed = Number.NaN } = policy.evaluate(input, { entrypoint: "p/decision", fuelUsed: true });
        expect(
          fuelUsed,
          `${source}\n${JSON.stringify(input, (_, each: unknown) => (typeof each === "bigint" ? String(each) : each))}`,
        ).toBeLessThanOrEqual(bound);
        nearest = Math.max(nearest, fuelUsed / bound);
      }
    }
    expect(bounded).toBeGreaterThan(100);
    // A bound that nothing comes near would be kept by anything.
    expect(nearest).toBeGreaterThan(0.6);
  }, 60_000);

  it("is what an evaluation is said to have used where the code does not count", async () => {
    const { policy, bound } = await load(
      `package p
default decision := "none"
decision := "some" if { input.a == "x"; input.b > 1 }
else := "more" if { input.c == 2; not input.d }`,
      ["p/decision"],
    );
    expect(bound).toBeGreaterThan(0);
    expect(bound).toBeLessThan(1_024);
    expect(policy.evaluate({ a: "x" }, { fuelUsed: true }).fuelUsed).toBe(bound);
    expect(
      policy.evaluate(
        { a: Number.NaN, b: Number.NaN, c: Number.NaN, d: Number.NaN, e: Number.NaN },
        { fuelUsed: true },
      ),
    ).toMatchObject({ code: "input_invalid", fuelUsed: 0 });
  });
});
