/** Numbers of the module ABI, version 1: docs/reference/abi.md. Shared by the compiler that writes modules and the engine that runs them. */

export const ABI_VERSION = 1;

/** Upper 16 bits of a tagged value. Everything below `bigNumber` is a double. */
export const Tag = {
  bigNumber: 0xfff8,
  undefined: 0xfff9,
  null: 0xfffa,
  boolean: 0xfffb,
  string: 0xfffc,
  array: 0xfffd,
  object: 0xfffe,
  set: 0xffff,
} as const;

/** Addresses in the control block, in bytes. */
export const Control = {
  result: 8,
  heapBase: 16,
  heapTop: 20,
  heapLimit: 24,
  fuel: 28,
  depthLimit: 32,
  depth: 36,
  faultSite: 40,
  epoch: 44,
  epochStart: 48,
  clock: 56,
  strict: 64,
  /** First byte that static data may use. */
  end: 1024,
} as const;

/** What an entrypoint's export returns, and what a host built-in may return. */
export const Status = {
  value: 0,
  undefined: 1,
  policyConflict: 2,
  fuelExhausted: 3,
  memoryExhausted: 4,
  depthExceeded: 5,
  numberLimit: 6,
  builtinError: 7,
  hostError: 8,
} as const;

/** Flag of an object or set whose entries stand in ascending order. */
export const SORTED = 1;

export const NO_SITE = 0xffffffff;

/** Bounds of numbers that are kept as doubles: `m / 10^scale`. */
export const MAX_DOUBLE_SCALE = 22;
export const MAX_SCALED_COEFFICIENT = 1e15;
export const MAX_DIGITS = 4096;
export const MAX_EXPONENT = 1_000_000;

/** Of what `flyball build --encoder` writes, which goes with one version of the engine. */
export const ENCODER_VERSION = 1;

/** Longest text of which a host computes what a slot asks for, in characters. */
export const SHORT_TEXT = 64;

export const MANIFEST_SECTION = "flyball.manifest";
export const BUILTIN_MODULE = "builtin";
export const DATA_CHANGED_EXPORT = "data_changed";
