import type { Evaluation } from "@flyball/engine";
import { toJson } from "@flyball/engine/values";
import type { ExitStatus, Output } from "../command.ts";

/** A fault of an evaluation as `opa eval` prints errors. */
export function printFault(
  { code, message, site }: Extract<Evaluation, { kind: "fault" }>,
  output: Output,
): ExitStatus {
  const location = site === undefined ? {} : { location: { file: site.file, row: site.line, col: site.column } };
  output.out(`${toJson({ errors: [{ message, code, ...location }] }, { indent: 2 })}\n`);
  return 2;
}
