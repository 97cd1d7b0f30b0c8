// The service's answers as the page reads them: its own types, with numbers as JSON has them. The chat's are those of
// docs/reference/chat.md.

import type {
  DecisionRecordView,
  DecisionView,
  HaltEventView,
  HaltView,
  ReviewView,
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

export type OutcomeName = "executed" | "refused" | "suspended" | "failed" | "unknown";

/** One tool call of the model, and what became of it. */
export interface ChatAction {
  readonly call: string;
  readonly tool: string;
  readonly arguments: unknown;
  readonly outcome: OutcomeName;
  readonly decision?: DecisionView & { readonly duration_ns?: number; readonly rules?: readonly PolicyRule[] };
  readonly recorded: boolean;
  readonly result?: unknown;
  readonly error?: { readonly code: string; readonly message: string };
  readonly review?: { readonly id: string; readonly expires_at: string };
}

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

export type ChatMessage =
  | { readonly from: "user"; readonly turn: string; readonly at: string; readonly text: string }
  | {
      readonly from: "advisor";
      readonly turn: string;
      readonly at: string;
      readonly text?: string;
      readonly model: string;
      readonly actions: readonly ChatAction[];
      readonly ended?: string;
    }
  | {
      readonly from: "review";
      readonly turn: string;
      readonly at: string;
      readonly call: string;
      readonly text: string;
      readonly review: { readonly id: string; readonly state: string };
    };

export interface ChatSession {
  readonly changed_at: string;
  readonly busy: boolean;
  readonly messages: readonly ChatMessage[];
}

export interface ChatAbout {
  readonly model: string;
  readonly simulated: readonly string[];
  readonly limits: { readonly message_characters: number };
}
