import type { Principal } from "../action/principal.ts";
import type { Halt } from "./halt.ts";

/** The first halt that stands in the way of this person's use of this tool for this client. */
export function findHalt(
  halts: readonly Halt[],
  action: { readonly principal: Principal; readonly tool: string; readonly client: string | undefined },
): Halt | undefined {
  return halts.find(({ scope }) => {
    switch (scope.kind) {
      case "everything":
      case "tenant":
        return true;
      case "trader":
        return scope.issuer === action.principal.issuer && scope.subject === action.principal.subject;
      case "client":
        return scope.client === action.client;
      case "tool":
        return scope.tool === action.tool;
      default:
        // A scope that only a newer release knows stops everything rather than nothing.
        scope satisfies never;
        return true;
    }
  });
}
