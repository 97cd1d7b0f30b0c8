import type { HaltScope } from "../halt/halt.ts";
import { isNameOrId } from "./check-context.ts";
import { isReasonText, maxReasonLength } from "./reason-text.ts";

/** A frozen copy with nothing else on it. Throws a `TypeError` where it could not be read in exactly one way. */
export function checkHalt({ scope, reason }: { readonly scope: HaltScope; readonly reason: string }): {
  readonly scope: HaltScope;
  readonly reason: string;
} {
  if (!isReasonText(reason)) throw new TypeError(`a halt needs a reason of 1 to ${maxReasonLength} characters`);
  return Object.freeze({ scope: checkScope(scope), reason });
}

function checkScope(scope: HaltScope): HaltScope {
  switch (scope.kind) {
    case "everything":
    case "tenant":
      return Object.freeze({ kind: scope.kind });
    case "trader":
      return Object.freeze({ kind: scope.kind, issuer: name(scope.issuer), subject: name(scope.subject) });
    case "client":
      return Object.freeze({ kind: scope.kind, client: name(scope.client) });
    case "tool":
      return Object.freeze({ kind: scope.kind, tool: name(scope.tool) });
    default:
      throw new TypeError("a halt's scope is everything, tenant, trader, client or tool");
  }
}

function name(value: unknown): string {
  if (isNameOrId(value)) return value;
  throw new TypeError("a halt's scope names an issuer, subject, client or tool by its text");
}
