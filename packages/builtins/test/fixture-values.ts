import { canonicalNumber, makeObject, makeSet, type RegoValue } from "@flyball/engine/values";

/**
 * Rego values in the fixtures' JSON: {"n": "1.5"} a number, {"s": [...]} a set, {"o": [[key, value], ...]} an object; the rest stands for itself. The same notation as in the
 * fixtures of the compiler's run-time library.
 */
export type FixtureValue =
  | null
  | boolean
  | string
  | readonly FixtureValue[]
  | { readonly n: string }
  | { readonly s: readonly FixtureValue[] }
  | { readonly o: readonly (readonly [FixtureValue, FixtureValue])[] };

export function fromFixture(value: FixtureValue): RegoValue {
  if (value === null || typeof value !== "object") return value;
  if ("n" in value) return canonicalNumber(value.n);
  if ("s" in value) return makeSet(value.s.map(fromFixture));
  if ("o" in value) return makeObject(value.o.map(([key, inner]) => [fromFixture(key), fromFixture(inner)]));
  return value.map(fromFixture);
}
