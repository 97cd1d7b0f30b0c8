// The service's answers as the page reads them: its own types, with numbers as JSON has them.

import type {
  ChatActionView,
  ConversationView,
  DecisionRecordView,
  DecisionView,
  HaltEventView,
  HaltView,
  MessageView,
  ReviewView,
  ShownDecision,
} from "@flyball/service/http-views";

export interface PolicyRule {
  readonly name: string;
  readonly file: string;
  readonly line: number;
}

export interface DecisionRules {
  readonly spoke: readonly PolicyRule[];
  readonly fired: readonly PolicyRule[];
  readonly evaluation_ns: number;
}

/** A decision of the log. */
export type LoggedDecision = Omit<DecisionRecordView, "duration_ns" | "input" | "provenance"> & {
  readonly duration_ns: number;
  readonly input: unknown;
  readonly provenance: unknown;
};

export interface DecisionPage {
  readonly decisions: readonly LoggedDecision[];
  readonly next: string | null;
}

export interface ReviewPage {
  readonly reviews: readonly ReviewView[];
  readonly next: string | null;
}

export interface Halts {
  readonly halts: readonly HaltView[];
  readonly events: readonly HaltEventView[];
}

/** One tool call of the model, and what became of it. */
export type ChatAction = Omit<ChatActionView, "arguments" | "decision" | "result"> & {
  readonly arguments: unknown;
  readonly decision?: Omit<ShownDecision, "duration_ns"> & { readonly duration_ns?: number };
  readonly result?: unknown;
};

export type OutcomeName = ChatAction["outcome"];

/** What `POST /v1/actions` and an approval answer. */
export interface ActionOutcome {
  readonly outcome: OutcomeName;
  readonly decision: DecisionView;
  readonly result?: unknown;
}

export interface ChatTurn {
  readonly turn: string;
  readonly reply: string;
  readonly model: string;
  readonly actions: readonly ChatAction[];
}

export type ChatMessage = Omit<MessageView, "actions"> & { readonly actions?: readonly ChatAction[] };

export type ChatSession = Omit<ConversationView, "messages"> & { readonly messages: readonly ChatMessage[] };

export interface ChatAbout {
  readonly model: string;
  readonly simulated: readonly string[];
  readonly limits: { readonly message_characters: number };
}
