// The conversation: what was said, what the model proposed and what became of it. One turn at a time; its events are shown as
// they come, and afterwards the service's own account of the session takes their place. While something waits for a review,
// or a turn was cut, the session is asked again until it is settled.

import type { MeView } from "@flyball/service/http-views";
import { element, part, replaceContent } from "../dom/element.ts";
import { updateKeyedList } from "../dom/keyed-list.ts";
import { poll } from "../dom/poll.ts";
import { type Connection, type Problem, problemOf, problemText } from "../service/connection.ts";
import type { ServerEvent } from "../service/read-events.ts";
import type { ChatAction, ChatMessage, ChatSession, ChatTurn } from "../service/views.ts";
import { startComposer } from "./composer.ts";
import { fillMessage } from "./message-item.ts";
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
    const turn = crypto.randomUUID();
    const at = new Date().toISOString();
    const before = messages;
    const controller = new AbortController();
    running = controller;
    signal.addEventListener("abort", () => controller.abort(), { once: true, signal: controller.signal });
    let reply: ChatMessage = { from: "advisor", turn, at, text: "", model: "", actions: [] };
    let failure: Problem | undefined;
    let began = false;
    const tell = (change: Partial<ChatMessage>): void => {
      reply = { ...reply, ...change };
      messages = [...before, { from: "user", turn, at, text }, reply];
      show();
    };
    say(undefined);
    log.setAttribute("aria-busy", "true");
    tell({});
    const onEvent = ({ name: event, data }: ServerEvent): void => {
      if (signal.aborted) return;
      began = true;
      if (event === "action") {
        const action = data as ChatAction;
        onAction(action);
        tell({ actions: [...(reply.actions ?? []), action] });
      }
      if (event === "text") tell({ text: (reply.text ?? "") + (data as { readonly text: string }).text });
      if (event === "problem") failure = problemOf(data);
      if (event === "done") {
        const done = data as ChatTurn;
        keys.set(done.turn, turn);
        tell({ turn: done.turn, text: done.reply, model: done.model, actions: done.actions });
      }
    };
    name.keep();
    const body = { session: name.current(), message: text };
    const answer = await connection.stream("/v1/chat", body, { signal: controller.signal, onEvent });
    running = undefined;
    log.setAttribute("aria-busy", "false");
    if (signal.aborted) return true;
    if (controller.signal.aborted) {
      // The person ended it; the service knows how far it came, or that it never began.
      messages = before;
      await reload();
      isOpen = true;
      show();
      return messages.length > before.length;
    }
    if (!answer.ok) failure = answer.problem;
    if (failure !== undefined) say(problemText(failure));
    if (!answer.ok && !began) {
      // Nothing was begun: the words go back to where they were written.
      messages = before;
      show();
      return false;
    }
    isOpen = true;
    await reload();
    polling.now();
    onSettled();
    return true;
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
