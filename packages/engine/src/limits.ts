import { PolicyUsageError } from "./policy-usage-error.ts";

/** What one evaluation may spend. A limit is the same on every machine; none depends on time. */
export interface Limits {
  /** Steps: entries of rules and functions, iterations, elements and bytes/8 touched. */
  readonly fuel: number;
  /** 64 KiB pages of linear memory for the module, its base documents and the evaluation together. */
  readonly memoryPages: number;
  /** Nesting of values, and of calls that follow them. */
  readonly depth: number;
}

export const WASM_PAGE = 65_536;

/** 10 million steps are some tens of milliseconds; 1,024 pages are 64 MiB. */
export const DEFAULT_LIMITS: Limits = Object.freeze({ fuel: 10_000_000, memoryPages: 1_024, depth: 512 });

/** Loop-free code whose static worst case is below the least fuel carries no counting: docs/reference/abi.md, "Fuel". */
const RANGES: { readonly [Name in keyof Limits]: readonly [least: number, most: number] } = {
  fuel: [1_024, 2_147_483_647],
  memoryPages: [1, 65_535],
  depth: [1, 1_000],
};

/** The limits with the given ones put over the base. Throws `PolicyUsageError` where one is out of range. */
export function mergeLimits(base: Limits, given: Partial<Limits> | undefined): Limits {
  if (given === undefined) return base;
  return Object.freeze({
    fuel: checked("fuel", given.fuel ?? base.fuel),
    memoryPages: checked("memoryPages", given.memoryPages ?? base.memoryPages),
    depth: checked("depth", given.depth ?? base.depth),
  });
}

function checked(name: keyof Limits, value: number): number {
  const [least, most] = RANGES[name];
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new PolicyUsageError(
      "limit_out_of_range",
      `limits.${name} must be an integer from ${least} to ${most}, not ${String(value)}`,
    );
  }
  return value;
}
