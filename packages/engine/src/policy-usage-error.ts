export type PolicyUsageErrorCode =
  | "limit_out_of_range"
  | "unknown_entrypoint"
  | "evaluation_in_progress"
  | "clock_invalid"
  | "nothing_to_restore"
  | "no_shadow";

/** The application called the library in a way that no policy can be blamed for. */
export class PolicyUsageError extends TypeError {
  readonly code: PolicyUsageErrorCode;

  constructor(code: PolicyUsageErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "PolicyUsageError";
    this.code = code;
  }
}
