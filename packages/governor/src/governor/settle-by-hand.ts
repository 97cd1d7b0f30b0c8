// A person's word on an action of which no system can say what became of it. In: who says it, and what. Out: the action is
// settled, its reservation committed or released, and a decision says who stated what and why, all in one commit; or why the
// word does not count. It starts nothing: the decision is a refusal to start the tool for this action ever again.

import { canonicalNumber, numberText } from "@flyball/engine/values";
import type { Principal } from "../action/principal.ts";
import type { Outcome, ToolError } from "../outcome/outcome.ts";
import type { SettleAction, StoredAction } from "../store/store.ts";
import type { ActDependencies } from "./act.ts";
import { refusalRecord } from "./decide-action.ts";
import { isDecimalText } from "./decimal-text.ts";
import { isReasonText, maxReasonLength } from "./reason-text.ts";
import { samePerson } from "./usable-approval.ts";

export interface SettleByHand {
  readonly actionId: string;
  readonly state: "executed" | "failed";
  /** 1 to 2,000 characters: what the person found out, and where. */
  readonly reason: string;
  /** With `executed`: what the action moved in fact, decimal text; what was reserved where absent. */
  readonly filled?: string;
}

export type SettleRefusalCode =
  | "action_unknown"
  | "action_not_unknown"
  | "settler_is_requester"
  | "settler_is_agent"
  | "reason_invalid"
  | "filled_invalid"
  | "store_unavailable";

export type HandSettlement =
  /** The word counts; `outcome.decision` is the record of it. */
  | { readonly kind: "settled"; readonly outcome: Outcome<unknown> }
  /** The word does not count; with `store_unavailable` it is not known whether it does. */
  | { readonly kind: "refused"; readonly code: SettleRefusalCode; readonly message: string };

export async function settleByHand(
  dependencies: Pick<ActDependencies, "store" | "clock">,
  by: Principal,
  statement: SettleByHand,
): Promise<HandSettlement> {
  const { state, reason, filled } = statement;
  if (state !== "executed" && state !== "failed") throw new TypeError("state must be executed or failed");
  if (!isReasonText(reason)) {
    return refused("reason_invalid", `a reason of 1 to ${maxReasonLength} characters is required`);
  }
  if (filled !== undefined && (state !== "executed" || !isDecimalText(filled))) {
    return refused("filled_invalid", "only an executed action has filled, as decimal text");
  }
  if (by.agent !== undefined) return refused("settler_is_agent", "an agent has no word on what became of an action");
  try {
    const action = await dependencies.store.readAction({ tenant: by.tenant, id: statement.actionId });
    if (action === undefined) return refused("action_unknown", "there is no such action");
    if (samePerson(by, action.principal)) return refused("settler_is_requester", "nobody settles their own action");
    if (action.state !== "unknown") {
      return refused("action_not_unknown", `the action is ${action.state}: there is nothing for a person to settle`);
    }
    return await settle(dependencies, { by, action, statement });
  } catch {
    return refused("store_unavailable", "the action could not be read or settled; look at it again");
  }
}

function refused(code: SettleRefusalCode, message: string): HandSettlement {
  return { kind: "refused", code, message };
}

interface Settling {
  readonly by: Principal;
  readonly action: StoredAction;
  readonly statement: SettleByHand;
}

async function settle(
  { store, clock }: Pick<ActDependencies, "store" | "clock">,
  { by, action, statement: { state, reason, filled } }: Settling,
): Promise<HandSettlement> {
  const { session, tool, digest: actionDigest, id: actionId, version: expectedVersion } = action;
  const record = refusalRecord(clock, {
    // The record is of the person who speaks, about somebody else's action.
    subject: { kind: "action", principal: by, session, tool, startedNs: clock.elapsedNs() },
    fault: { kind: "fault", code: state === "executed" ? "settled_executed" : "settled_failed", message: reason },
    actionDigest,
    actionId,
  });
  const { decision } = record;
  const result = { settled_by_hand: { decision: decision.id, reason } };
  const error: ToolError = { code: "tool_failed", message: `A person states that it did not take effect: ${reason}` };
  const command: SettleAction = {
    principal: action.principal,
    actionId,
    expectedVersion,
    state,
    record,
    at: clock.now(),
    ...(state === "executed" ? { result } : { error }),
    ...(filled === undefined ? {} : { filled: numberText(canonicalNumber(filled)) }),
  };
  if ((await store.settleAction(command)).kind === "conflict") {
    return refused("action_not_unknown", "somebody else settled the action at the same moment");
  }
  const stored = { decision, recorded: true } as const;
  return {
    kind: "settled",
    outcome: state === "executed" ? { ...stored, outcome: state, result } : { ...stored, outcome: state, error },
  };
}
