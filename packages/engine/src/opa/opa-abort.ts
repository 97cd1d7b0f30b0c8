import type { EvaluationFault } from "../evaluation.ts";
import { makeFault } from "../fault.ts";

/** What `opa_abort` throws through the module: the module's own message. It never reaches a caller. */
export class OpaAbort extends Error {
  override readonly name = "OpaAbort";
}

const PLACED = /^(.*):(\d+):(\d+): (.*)$/s;
const OUT_OF_MEMORY = "opa_malloc: failed";
/** No message of OPA is longer; a hostile module's is cut. */
const LONGEST_MESSAGE = 1_000;

/** `policy.rego:4:1: var assignment conflict` and the like as a fault. */
export function abortFault(message: string): EvaluationFault {
  const text = message.slice(0, LONGEST_MESSAGE);
  if (text === OUT_OF_MEMORY) return makeFault("memory_exhausted", "the evaluation needs more memory than its limit");
  const [, file = "", line = "0", column = "0", reason = text] = PLACED.exec(text) ?? [];
  const code = reason.endsWith("conflict") ? "policy_conflict" : "engine_fault";
  if (file === "") return makeFault(code, `the module ended the evaluation: ${text}`);
  const site = Object.freeze({ file, line: Number(line), column: Number(column) });
  return Object.freeze({ kind: "fault", code, message: reason, site });
}
