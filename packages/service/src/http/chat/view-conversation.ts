// A conversation as it stands now. In: what was kept of it. Out: its messages, each action in its present state, and what people
// decided meanwhile as messages of their own. Those are not stored: they follow from the review and its action, so no crash
// between a person's word and a note of it can lose one.

import {
  type Governor,
  outcomeOf,
  type Principal,
  type Store,
  type StoredChat,
  type StoredReviewState,
} from "@flyball/governor";
import { type ActionView, showDecision, viewAction } from "./action-view.ts";
import type { ChatAgent } from "./chat-agent.ts";
import { type KeptTurn, readTurns, type TurnEnding } from "./chat-entries.ts";

export interface MessageView {
  readonly from: "user" | "advisor" | "review";
  readonly turn: string;
  readonly at: string;
  /** Absent in the last message of a turn that is under way. */
  readonly text?: string;
  readonly model?: string;
  readonly ended?: Exclude<TurnEnding, "replied"> | "interrupted";
  readonly actions?: readonly ActionView[];
  readonly call?: string;
  readonly review?: {
    readonly id: string;
    readonly state: StoredReviewState["state"];
    readonly reason?: string;
    readonly by?: Principal;
  };
}

export interface ConversationView {
  readonly session: string;
  readonly created_at: string;
  readonly changed_at: string;
  readonly busy: boolean;
  /** Oldest first. */
  readonly messages: readonly MessageView[];
}

interface ViewParts {
  readonly governor: Pick<Governor, "rulesOf">;
  readonly store: Store;
  readonly agent: Pick<ChatAgent, "describe" | "model">;
}

/** Throws a `StoreError`. */
export async function viewConversation(
  parts: ViewParts,
  { principal, chat, now }: { readonly principal: Principal; readonly chat: StoredChat; readonly now: number },
): Promise<ConversationView> {
  const running = chat.turn !== undefined && chat.turn.until > now ? chat.turn.id : undefined;
  const messages: (MessageView & { readonly sort: number })[] = [];
  for (const turn of readTurns(chat.entries)) {
    const isRunning = turn.id === running;
    const { text, at } = turn.said;
    messages.push({ sort: at, from: "user", turn: turn.id, at: isoOf(at), text });
    const actions: ActionView[] = [];
    for (const call of turn.calls) actions.push(await presentAction(parts, { principal, turn, call, isRunning }));
    const end = turn.ended?.at ?? at;
    messages.push({ sort: end, from: "advisor", turn: turn.id, at: isoOf(end), ...endOf(turn, isRunning), actions });
    for (const asked of turn.ended?.actions.values() ?? []) {
      const present = actions.find(({ call }) => call === asked.call);
      const message = await reviewMessage(parts, { principal, asked, present });
      if (message !== undefined) messages.push({ ...message, turn: turn.id });
    }
  }
  // Stable: what has one time stays in the order in which it is told.
  const sorted = messages.toSorted((a, b) => a.sort - b.sort);
  return {
    session: chat.session,
    created_at: isoOf(chat.createdAt),
    changed_at: isoOf(chat.changedAt),
    busy: running !== undefined,
    messages: sorted.map(({ sort: _sort, ...message }) => message),
  };
}

function endOf({ ended }: KeptTurn, isRunning: boolean): Pick<MessageView, "text" | "model" | "ended"> {
  if (isRunning) return {};
  if (ended === undefined) {
    return {
      text: "This turn was interrupted. What it did is shown; nothing else will be done.",
      ended: "interrupted",
    };
  }
  const { text, model, how } = ended;
  return { text, model, ...(how === "replied" ? {} : { ended: how }) };
}

/** What can still change, and what was not known when the turn ended or its process died, is looked up. */
async function presentAction(
  { governor, store }: ViewParts,
  {
    principal,
    turn,
    call,
    isRunning,
  }: {
    readonly principal: Principal;
    readonly turn: KeptTurn;
    readonly call: Pick<ActionView, "call" | "tool" | "arguments">;
    readonly isRunning: boolean;
  },
): Promise<ActionView> {
  const kept = turn.ended?.actions.get(call.call);
  if (kept !== undefined && !["suspended", "unknown", "pending"].includes(kept.outcome)) return kept;
  const action = await store.findActionByKey({ principal, key: call.call });
  const record =
    action === undefined ? undefined : await store.readDecision({ tenant: principal.tenant, id: action.decisionId });
  if (action !== undefined && record !== undefined) {
    return viewAction(call, outcomeOf(action, record), showDecision(record.decision, record, governor));
  }
  if (kept !== undefined && kept.outcome !== "pending") return kept;
  if (isRunning) return { ...call, outcome: "pending", recorded: false };
  const message = "The turn ended before this was decided; nothing happened and nothing will.";
  return { ...call, outcome: "refused", recorded: false, message };
}

async function reviewMessage(
  { store, agent }: ViewParts,
  {
    principal,
    asked,
    present,
  }: { readonly principal: Principal; readonly asked: ActionView; readonly present: ActionView | undefined },
): Promise<(Omit<MessageView, "turn"> & { readonly sort: number }) | undefined> {
  if (asked.review === undefined || present === undefined) return undefined;
  const found = await store.readReview({ tenant: principal.tenant, id: asked.review.id });
  if (found === undefined || found.state === "pending") return undefined;
  const { verdict, state } = found;
  const at = verdict?.at ?? found.action.changedAt;
  const what = agent.describe({ tool: asked.tool, arguments: asked.arguments });
  const text = `${upperFirst(what)} ${wordOf(found)}${state === "approved" ? becameOf(present) : "."}`;
  const by = verdict === undefined ? {} : { by: verdict.by, reason: verdict.reason };
  const review = { id: asked.review.id, state, ...by };
  return { sort: at, from: "review", at: isoOf(at), call: asked.call, text, review };
}

function wordOf({ state, verdict }: StoredReviewState): string {
  if (verdict === undefined) return "was not reviewed in time and is refused";
  return `was ${state} by ${verdict.by.subject} ("${verdict.reason}")`;
}

function becameOf({ outcome, decision, error, review }: ActionView): string {
  switch (outcome) {
    case "executed":
      return " and executed.";
    case "refused":
      return `, but policy refuses it as things are now: ${(decision?.reasons ?? []).map(({ message }) => message).join("; ")}.`;
    case "suspended":
      return `, but waits again for what is new since then (review ${review?.id}).`;
    case "failed":
      return `, but nothing took effect: ${error?.message}`;
    case "unknown":
    case "pending":
    case "proposed":
      return "; it is not known yet whether it took effect.";
    default:
      return assertNever(outcome);
  }
}

function upperFirst(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function isoOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

function assertNever(value: never): never {
  throw new TypeError(`unexpected outcome ${String(value)}`);
}
