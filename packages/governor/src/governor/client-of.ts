import type { ActionRequest } from "../action/action-request.ts";
import type { RegisteredTool } from "../tool/tool-definition.ts";
import type { Claim } from "./exposure-claim.ts";

type Named = { readonly ok: true; readonly client: string | undefined } | { readonly ok: false };

/**
 * For whom the action is: halts stop by it, and actions are found by it. A tool that fails at naming its client could be one
 * whose client is halted.
 */
export function clientOf(tool: RegisteredTool, request: ActionRequest, claim: Claim | undefined): Named {
  try {
    const named = tool.client?.(request.arguments);
    if (named !== undefined && typeof named !== "string") return { ok: false };
    const client = named ?? claim?.accounts.find(({ dimension }) => dimension === "client")?.name;
    return { ok: true, client };
  } catch {
    return { ok: false };
  }
}
