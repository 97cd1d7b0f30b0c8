import type { Evaluation } from "@flyball/engine";
import type { ExitStatus, Output } from "../command.ts";

/** OPA's codes for what it calls by another name. */
const OPA_CODES: Readonly<Record<string, string>> = {
  policy_conflict: "eval_conflict_error",
  builtin_error: "eval_builtin_error",
};

/** A fault of an evaluation as `opa eval` prints errors. */
export function printFault(
  { code, message, site }: Extract<Evaluation, { kind: "fault" }>,
  output: Output,
): ExitStatus {
  const location = site === undefined ? {} : { location: { file: site.file, row: site.line, col: site.column } };
  const error = { message, code: Object.hasOwn(OPA_CODES, code) ? OPA_CODES[code] : code, ...location };
  output.out(`${JSON.stringify({ errors: [error] }, undefined, 2)}\n`);
  return 2;
}
