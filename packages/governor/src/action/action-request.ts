import { createHash } from "node:crypto";
import { canonicalJson } from "./canonical-json.ts";
import type { PlainValue } from "./plain-value.ts";
import type { Principal } from "./principal.ts";

/** Who wants which tool to run with which arguments, in which session. The arguments are those that will be used. */
export interface ActionRequest {
  readonly principal: Principal;
  readonly session: string;
  readonly tool: string;
  readonly arguments: PlainValue;
}

/**
 * `sha256:` and 64 hexadecimal digits over the canonical JSON of the request, the person and the session included and
 * the role left out (a promotion between two attempts does not make the same order another one). What an agent asks for is
 * another action than the same asked by the person, or by another agent. Two requests have the
 * same digest exactly when they mean the same action: 1000, 1000.00 and 1e3 do, 5000 and 5000.0000000000000001 do not.
 */
export function actionDigest(request: ActionRequest): string {
  const { tenant, issuer, subject, agent } = request.principal;
  const text = canonicalJson({
    principal: { tenant, issuer, subject },
    ...(agent === undefined ? {} : { agent }),
    session: request.session,
    tool: request.tool,
    arguments: request.arguments,
  });
  return `sha256:${createHash("sha256").update(text, "utf8").digest("hex")}`;
}
