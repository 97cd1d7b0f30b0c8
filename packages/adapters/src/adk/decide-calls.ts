// From calls to outcomes. In: calls whose ids are ours, and who is asking. Out: an outcome for each, from the governor; where
// it cannot be asked, a refusal that says so. It never rejects and executes nothing itself.

import type { CallContext, Governor, TurnAction } from "@flyball/governor";
import { unknownToolName } from "./declared-tool.ts";
import type { CallOutcome } from "./governed-call.ts";
import type { ReadCall } from "./read-response.ts";

export interface DecideOptions {
  readonly governor: Governor;
  /** By name: the registered tool that a proposal asks about, and null for a tool that runs. */
  readonly declared: ReadonlyMap<string, string | null>;
}

/** The calls of one answer are one set: what each is answered does not depend on their order. */
export function decideCalls(
  options: DecideOptions,
  context: CallContext | undefined,
  calls: readonly ReadCall[],
): readonly Promise<CallOutcome>[] {
  // Begun in one turn of the event loop, which is what makes a set of them; each then ends in its own time.
  return calls.map((call) => decideCall(options, context, call));
}

async function decideCall(
  { governor, declared }: DecideOptions,
  context: CallContext | undefined,
  call: ReadCall,
): Promise<CallOutcome> {
  if (context === undefined) return unasked("it is not known who is asking");
  const asks = call.shownName === unknownToolName ? undefined : declared.get(call.tool);
  try {
    if (typeof asks === "string") {
      const decision = await governor.check(context, { tool: asks, arguments: call.arguments });
      return { outcome: "proposed", decision, recorded: true };
    }
    return await governor.act({ ...context, idempotencyKey: call.id }, actionOf(call, asks === undefined));
  } catch (error) {
    return unasked(error instanceof Error ? error.message : "the governor failed");
  }
}

/**
 * What nobody declared is put on record under a name that no tool can have, and refused as unknown: the governor may know a
 * tool of that name that was not given to this agent.
 */
function actionOf({ tool, arguments: args }: ReadCall, undeclared: boolean): TurnAction {
  return { tool: undeclared ? `undeclared:${tool}` : tool, arguments: args };
}

export function unasked(message: string): CallOutcome {
  return { outcome: "refused", decision: null, recorded: false, message };
}

export type RefusedFor = "unissued_call" | "too_many_calls";

/** Puts on record what was refused before it could be decided. */
export async function recordRefusal(
  { governor }: Pick<DecideOptions, "governor">,
  context: CallContext | undefined,
  refusal: { readonly why: RefusedFor; readonly detail: unknown },
): Promise<CallOutcome> {
  if (context === undefined) return unasked("it is not known who is asking");
  try {
    return await governor.act(context, { tool: `refused:${refusal.why}`, arguments: refusal.detail });
  } catch (error) {
    return unasked(error instanceof Error ? error.message : "the governor failed");
  }
}
