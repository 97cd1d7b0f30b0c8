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
    builtin: /^(ceil|floor)$/,
    reason: "OPA answers 1 and 0 for numbers between -1 and 0, which are 0 and -1.",
    is: ({ want, got }) =>
      (want === '["number",1]' && got === '["number",0]') || (want === '["number",0]' && got === '["number",-1]'),
  },
  {
    builtin: /^strings\.render_template$/,
    reason: "OPA reads variables as JSON in which control characters are written as Go writes them, and fails.",
    is: ({ args, want }) => want.startsWith("undefined") && /\\u00[01]/.test(args.join()),
  },
  {
    builtin: /^(strings\.replace_n|replace)$/,
    reason: "Where the empty text is replaced OPA puts the new one between the bytes of a character.",
    is: ({ want }) => want.includes("\ufffd"),
  },
  {
    builtin: /^(array\.slice|strings\.split_n|substring)$/,
    reason: "In a module the least integer of 64 bits is none.",
    is: ({ args, got }) => got.startsWith("undefined") && args.includes("-9223372036854775808"),
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
