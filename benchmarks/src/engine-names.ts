/** The engines that a run can measure, in the order in which they are printed. */
export const ENGINE_NAMES = [
  "handwritten",
  "flyball",
  "flyball-read",
  "flyball-encoder",
  "flyball-encoder-read",
  "flyball-uncounted",
  "opa-wasm",
  "cedar-wasm",
  "casbin",
  "opa-http",
] as const;

export type EngineName = (typeof ENGINE_NAMES)[number];
