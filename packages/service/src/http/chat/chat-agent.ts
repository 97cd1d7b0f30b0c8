import type { CallContext, Decision, Outcome } from "@flyball/governor";
import type { ActionView } from "./action-view.ts";

/** A tool call of a model. */
export interface ChatCall {
  /** Unique, and the idempotency key under which the governor acts. */
  readonly id: string;
  readonly tool: string;
  readonly arguments: unknown;
}

export type ChatOutcome =
  | Outcome<unknown>
  | { readonly outcome: "proposed"; readonly decision: Decision; readonly recorded: boolean }
  | { readonly outcome: "refused"; readonly decision: null; readonly recorded: false; readonly message: string };

/** One message of a conversation as it stands now. */
export interface PastMessage {
  readonly from: "user" | "advisor" | "review";
  readonly text: string;
  readonly actions: readonly ActionView[];
}

export interface ChatTurnRequest {
  readonly message: string;
  /** Oldest first. */
  readonly history: readonly PastMessage[];
  /** Who is asking, from the verified request. Undefined once the turn is over: nothing may be done for it any more. */
  readonly caller: () => CallContext | undefined;
  /** Aborted when the turn's time is over, its connection is cut, or the service stops. */
  readonly signal: AbortSignal;
  /** Must be awaited before the calls are decided; where it rejects, none of them may be. */
  readonly onCalls: (calls: readonly ChatCall[]) => Promise<void>;
  /** As soon as it is known; once for each call. */
  readonly onOutcome: (call: ChatCall, outcome: ChatOutcome) => void;
  /** A piece of the reply. */
  readonly onText: (text: string) => void;
}

export type ChatEnding =
  | { readonly kind: "replied" }
  /** Steps or tokens of the turn are used up; the reply says so. */
  | { readonly kind: "budget" }
  /** The model could not be asked, or answered nothing that can be read. The message is for the log. */
  | { readonly kind: "model"; readonly message: string };

/** What an application must bring for people to talk to it. */
export interface ChatAgent {
  /** Acts on behalf of the person: `principal.agent` of its actions. */
  readonly name: string;
  /** The model that speaks. */
  readonly model: string;
  /** What does not happen in the world. */
  readonly simulated: readonly string[];
  /** What a call is about, in words for people: "the purchase of 7,500 USD of AAPL for c-17". */
  readonly describe: (call: Pick<ChatCall, "tool" | "arguments">) => string;
  /** One turn. Everything that it has done goes through `onCalls` and `onOutcome`. */
  readonly converse: (turn: ChatTurnRequest) => Promise<ChatEnding>;
}

export interface ChatLimits {
  /** From a turn's begin to its answer. Milliseconds. */
  readonly turnMs: number;
  /** What was begun before that gets this much longer to settle. Milliseconds. */
  readonly settleMs: number;
  readonly messageCharacters: number;
  /** Turns of one conversation. */
  readonly turns: number;
  /** What one conversation may hold before its last turn begins: characters of JSON. */
  readonly conversationCharacters: number;
  /** How many of the last turns an agent is told. */
  readonly historyTurns: number;
  /** Turns under way at once in this process. */
  readonly concurrentTurns: number;
  /** Between two signs of life of a stream. Milliseconds. */
  readonly heartbeatMs: number;
}

export const defaultChatLimits: ChatLimits = Object.freeze({
  turnMs: 25_000,
  settleMs: 2_000,
  messageCharacters: 4_000,
  turns: 100,
  conversationCharacters: 4_000_000,
  historyTurns: 12,
  concurrentTurns: 64,
  heartbeatMs: 5_000,
});

export interface ChatOptions {
  readonly agent: ChatAgent;
  readonly limits?: Partial<ChatLimits>;
}
