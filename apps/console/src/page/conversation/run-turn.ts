// One turn: what a person says goes out, events come back, and the reply grows with them. Out: how it came to its end. What
// is true afterwards is for the service's own account of the session to say.

import { type Connection, type Problem, problemOf } from "../service/connection.ts";
import type { ServerEvent } from "../service/read-events.ts";
import type { ChatAction, ChatMessage, ChatTurn } from "../service/views.ts";

export type TurnEnd =
  | { readonly kind: "answered" }
  /** The person has ended it; how far it came is not known here. */
  | { readonly kind: "ended" }
  /** `began` is false where the service has not taken the words. */
  | { readonly kind: "failed"; readonly problem: Problem; readonly began: boolean };

export interface TurnOptions {
  readonly connection: Connection;
  readonly session: string;
  readonly text: string;
  /** What stands for the reply until the service has named the turn. */
  readonly draft: ChatMessage;
  readonly signal: AbortSignal;
  readonly onAction: (action: ChatAction) => void;
  readonly onReply: (reply: ChatMessage) => void;
}

export async function runTurn(options: TurnOptions): Promise<TurnEnd> {
  const { connection, session, text, draft, signal, onAction, onReply } = options;
  let reply = draft;
  let problem: Problem | undefined;
  let began = false;
  const grow = (change: Partial<ChatMessage>): void => {
    reply = { ...reply, ...change };
    onReply(reply);
  };
  const onEvent = ({ name, data }: ServerEvent): void => {
    if (signal.aborted) return;
    began = true;
    if (name === "action") {
      const action = data as ChatAction;
      onAction(action);
      grow({ actions: [...(reply.actions ?? []), action] });
    }
    if (name === "text") grow({ text: (reply.text ?? "") + (data as { readonly text: string }).text });
    if (name === "problem") problem = problemOf(data);
    if (name === "done") {
      const done = data as ChatTurn;
      grow({ turn: done.turn, text: done.reply, model: done.model, actions: done.actions });
    }
  };
  const answer = await connection.stream("/v1/chat", { session, message: text }, { signal, onEvent });
  if (signal.aborted) return { kind: "ended" };
  if (!answer.ok) problem = answer.problem;
  return problem === undefined ? { kind: "answered" } : { kind: "failed", problem, began };
}
