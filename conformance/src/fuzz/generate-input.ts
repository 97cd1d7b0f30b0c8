import type { Random } from "./random.ts";

const TEXTS = ["a", "b", "Ab", "", "xyz", "ä", "10", "a,b"] as const;

/**
 * An input of the shape that generated programs read: numbers `n` and `m`, texts `s` and `t`, a boolean `b`, lists `xs` and `ss`, an object `o`, an object of objects `groups`, records `items`. Members are left out and
 * have wrong types now and then.
 */
export function generateInput(random: Random): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  const add = (name: string, value: unknown) => {
    if (random.chance(0.88)) input[name] = random.chance(0.06) ? anything(random) : value;
  };
  add("n", number(random));
  add("m", number(random));
  add("s", random.pick(TEXTS));
  add("t", random.pick(TEXTS));
  add("b", random.chance(0.5));
  add(
    "xs",
    list(random, () => number(random)),
  );
  add(
    "ss",
    list(random, () => random.pick(TEXTS)),
  );
  add(
    "groups",
    Object.fromEntries(
      list(
        random,
        () =>
          [random.pick(["a", "b", "k"]), { a: number(random), [random.pick(["b", "level"])]: number(random) }] as const,
      ),
    ),
  );
  add("o", Object.fromEntries(list(random, () => [random.pick(["a", "b", "c", "k"]), number(random)] as const)));
  add(
    "items",
    list(random, () => record(random)),
  );
  return input;
}

function record(random: Random): Record<string, unknown> {
  const item: Record<string, unknown> = { id: random.pick(["a", "b", "c", "d"]), amount: number(random) };
  if (random.chance(0.7)) item.tags = list(random, () => random.pick(["x", "y", "z"]));
  if (random.chance(0.1)) delete item.amount;
  return item;
}

function number(random: Random): number {
  return random.pick([0, 1, 2, 3, -1, 10, 0.5, 0.1, 2.25, 100, random.below(50)]);
}

function anything(random: Random): unknown {
  return random.pick([null, true, 1, "a", [1, "a"], { a: 1 }, []]);
}

function list<T>(random: Random, make: () => T): T[] {
  return Array.from({ length: random.below(5) }, make);
}
