// The conversation: what was said, what the model proposed and what became of it. One turn at a time; its events are shown as
// they come, and afterwards the service's own account of the session takes their place. While something waits for a review,
// or a turn was cut, the session is asked again until it is settled.

import type { MeView } from "@flyball/service/http-views";
import { element, part, replaceContent } from "../dom/element.ts";
import { updateKeyedList } from "../dom/keyed-list.ts";
import { poll } from "../dom/poll.ts";
import { type Connection, problemText } from "../service/connection.ts";
import type { ChatAction, ChatMessage, ChatSession } from "../service/views.ts";
import { startComposer } from "./composer.ts";
import { fillMessage } from "./message-item.ts";
import { runTurn } from "./run-turn.ts";
import { sessionName } from "./session-name.ts";

const everyMs = 3_000;

export function startConversation(options: {
  readonly connection: Connection;
  readonly signal: AbortSignal;
  readonly me: MeView;
  readonly maxCharacters: number;
  readonly onAction: (action: ChatAction) => void;
  /** All actions of the conversation as they are now. */
  readonly onActions: (actions: readonly ChatAction[]) => void;
  /** A turn has come to its end, or the session has changed by itself. */
  readonly onSettled: () => void;
  readonly onOpen: (decision: string) => void;
}): void {
  const { connection, signal, me, onAction, onSettled, onOpen } = options;
  const name = sessionName(me);
  const list = part("messages", HTMLElement);
  const log = part("log", HTMLElement);
  const problem = part("chat-problem", HTMLElement);
  /** Keeps the element of a turn that was shown before the service had named it. */
  const keys = new Map<string, string>();
  let messages: readonly ChatMessage[] = [];
  let running: AbortController | undefined;
  /** Whether the session has something that will change without a word of this person. */
  let isOpen = name.isKept();
  let changedAt = "";

  const show = (): void => {
    const isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
    part("conversation-empty", HTMLElement).hidden = messages.length > 0;
    part("new-conversation", HTMLButtonElement).hidden = messages.length === 0;
    updateKeyedList(list, messages, {
      key: (message) => keyOf(message),
      make: (message) => {
        const item = element("li");
        fillMessage(item, message, onOpen);
        return item;
      },
      update: (item, message) => fillMessage(item, message, onOpen),
    });
    if (isAtEnd) log.scrollTop = log.scrollHeight;
  };
  const keyOf = (message: ChatMessage): string => {
    const { turn, from, call = "" } = message;
    return `${keys.get(turn) ?? turn} ${from} ${call}`;
  };
  const say = (text: string | undefined): void => {
    problem.hidden = text === undefined;
    replaceContent(problem, text);
  };

  const reload = async (): Promise<void> => {
    const session = name.current();
    const answer = await connection.get<ChatSession>(`/v1/sessions/${encodeURIComponent(session)}`);
    if (signal.aborted || running !== undefined || session !== name.current()) return;
    if (!answer.ok) {
      // A name that nobody has said a word under.
      isOpen = answer.problem.code !== "session_unknown";
      return;
    }
    ({ messages } = answer.value);
    isOpen = answer.value.busy || messages.some(waits);
    if (answer.value.changed_at !== changedAt) onSettled();
    changedAt = answer.value.changed_at;
    options.onActions(messages.flatMap(({ actions = [] }) => actions));
    show();
  };
  const polling = poll(everyMs, signal, async () => {
    if (isOpen && running === undefined) await reload();
  });

  const send = async (text: string): Promise<boolean> => {
    const [turn, at, before] = [crypto.randomUUID(), new Date().toISOString(), messages];
    const controller = new AbortController();
    running = controller;
    signal.addEventListener("abort", () => controller.abort(), { once: true, signal: controller.signal });
    const onReply = (reply: ChatMessage): void => {
      if (reply.turn !== turn) keys.set(reply.turn, turn);
      messages = [...before, { from: "user", turn, at, text }, reply];
      show();
    };
    const draft: ChatMessage = { from: "advisor", turn, at, text: "", actions: [] };
    say(undefined);
    log.setAttribute("aria-busy", "true");
    onReply(draft);
    name.keep();
    const session = name.current();
    const turnOptions = { connection, session, text, draft, signal: controller.signal, onAction, onReply };
    const end = await runTurn(turnOptions);
    running = undefined;
    log.setAttribute("aria-busy", "false");
    if (signal.aborted) return true;
    if (end.kind === "failed") say(problemText(end.problem));
    // Words that were not taken go back to where they were written.
    if (end.kind === "ended" || (end.kind === "failed" && !end.began)) messages = before;
    isOpen = true;
    await reload();
    show();
    polling.now();
    onSettled();
    return messages.length > before.length;
  };

  startComposer({ signal, maxCharacters: options.maxCharacters, send, stop: () => running?.abort() });
  part("new-conversation", HTMLButtonElement).addEventListener(
    "click",
    () => {
      if (running !== undefined) return;
      name.renew();
      messages = [];
      isOpen = false;
      say(undefined);
      show();
      part("message", HTMLTextAreaElement).focus();
    },
    { signal },
  );
  show();
}

/** Whether an action is not settled: somebody else's word or a tool's answer is still to come. */
function waits({ actions = [] }: ChatMessage): boolean {
  return actions.some(({ outcome }) => ["suspended", "unknown", "pending"].includes(outcome));
}
