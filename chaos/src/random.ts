/** A small deterministic generator (mulberry32): one seed gives one plan of kills and orders. What the machine makes of the plan differs from run to run. */
export interface Random {
  /** 0 <= n < count. */
  readonly below: (count: number) => number;
  readonly chance: (probability: number) => boolean;
}

export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    below: (count) => Math.floor(fraction() * count),
    chance: (probability) => fraction() < probability,
  };
}
