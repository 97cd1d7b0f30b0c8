/** Characters. */
export const maxReasonLength = 2_000;

/** What a person gives as a reason. NUL is none of it: databases cut text off there. */
export function isReasonText(value: unknown): value is string {
  if (typeof value !== "string" || value.trim() === "" || value.length > maxReasonLength) return false;
  return value.isWellFormed() && !value.includes("\u0000");
}
