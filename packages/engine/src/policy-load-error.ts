/** Each has a paragraph in docs/reference/engine.md. */
export const POLICY_LOAD_ERROR_CODES = [
  "module_invalid",
  "module_too_large",
  "digest_mismatch",
  "foreign_module",
  "manifest_invalid",
  "version_unsupported",
  "import_refused",
  "export_missing",
  "instantiation_failed",
  "builtin_missing",
  "clock_missing",
  "encoder_mismatch",
  "memory_limit",
  "data_invalid",
  "data_built_in",
  "platform_unsupported",
  "entrypoint_missing",
  "self_test_failed",
  "superseded",
] as const;

export type PolicyLoadErrorCode = (typeof POLICY_LOAD_ERROR_CODES)[number];

/** A module or its base documents cannot be used. Nothing was replaced by the attempt. */
export class PolicyLoadError extends Error {
  readonly code: PolicyLoadErrorCode;

  constructor(code: PolicyLoadErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "PolicyLoadError";
    this.code = code;
  }
}
