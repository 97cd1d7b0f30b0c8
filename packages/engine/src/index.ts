/**
 * Loads a compiled policy and evaluates it by a synchronous function call. In: a module made by the compiler, JavaScript values. Out:
 * evaluations. It must not know Rego's syntax, do input or output, or depend on a platform beyond ECMAScript, WebAssembly and SHA-256.
 */
export type { Manifest, ManifestEntrypoint, ManifestRule, ManifestSite } from "./abi/manifest.ts";
export { type BuiltinEnvironment, BuiltinError, type BuiltinFunction } from "./builtin.ts";
export type { EncoderHost, EncoderModule } from "./encoder/encoder-module.ts";
export { type EngineLoadOptions, PolicyEngine } from "./engine/policy-engine.ts";
export type { Conditions, SelfTest } from "./engine/self-test.ts";
export type { ShadowCounts, ShadowDifference, ShadowOptions } from "./engine/shadow.ts";
export type {
  Evaluation,
  EvaluationFault,
  EvaluationUndefined,
  EvaluationValue,
  FaultCode,
  SourcePlace,
} from "./evaluation.ts";
export type { EntrypointEncoder } from "./instance/entrypoint-encoder.ts";
export { DEFAULT_LIMITS, type Limits } from "./limits.ts";
export {
  type BuiltinGrant,
  type CompiledModule,
  type LoadPolicyOptions,
  loadPolicy,
  systemClock,
} from "./load-policy.ts";
export type { EntrypointEvaluator, EvaluateOptions, Explanation, FiredRule, Policy } from "./policy.ts";
export { POLICY_LOAD_ERROR_CODES, PolicyLoadError, type PolicyLoadErrorCode } from "./policy-load-error.ts";
export { PolicyUsageError, type PolicyUsageErrorCode } from "./policy-usage-error.ts";
export { RegoNumber } from "./values/rego-number.ts";
export type { RegoValue } from "./values/rego-value.ts";
export { toJson } from "./values/to-json.ts";
