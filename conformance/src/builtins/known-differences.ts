export interface SeenDifference {
  readonly builtin: string;
  readonly args: readonly string[];
  /** What was answered here, and by OPA: JSON, `undefined`, or `fault` and its message. */
  readonly got: string;
  readonly want: string;
}

/** Differences that docs/reference/built-ins.md states, each with its reason. */
const KNOWN: readonly {
  readonly builtin: RegExp;
  readonly reason: string;
  readonly is: (seen: SeenDifference) => boolean;
}[] = [
  {
    builtin: /^ceil$/,
    reason: "OPA answers 1 for numbers between -1 and 0.",
    is: ({ want, got }) => want === '["number",1]' && got === '["number",0]',
  },
  {
    builtin: /^strings\.replace_n$/,
    reason: "Where the empty text is replaced OPA puts the new one between the bytes of a character.",
    is: ({ want }) => want.includes("\ufffd"),
  },
  {
    builtin: /^(product|sum|mul|plus|minus|units\.parse_bytes)$/,
    reason: "OPA calculates with a 64-bit mantissa, and writes results in up to 18 digits.",
    is: ({ want, got }) => isNear(numberIn(want), numberIn(got)),
  },
];

function numberIn(answer: string): number {
  return Number(/^\["number",(.*)\]$/.exec(answer)?.[1] ?? Number.NaN);
}

function isNear(a: number, b: number): boolean {
  return Math.abs(a - b) <= Math.abs(a) * 2 ** -52;
}

/** Why a difference is meant, or undefined. */
export function knownDifference(seen: SeenDifference): string | undefined {
  return KNOWN.find(({ builtin, is }) => builtin.test(seen.builtin) && is(seen))?.reason;
}
