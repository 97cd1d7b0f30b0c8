// One turn of a conversation, from what a person says to an end that is kept. In: who, what, and what could end it early. Out:
// the reply and what became of each call. The turn is begun in the store before the model is asked, each call is noted before
// it is decided, and the end is kept before it is told; whatever the model does after the end finds nobody asking.

import { randomUUID } from "node:crypto";
import { type Clock, type Governor, type Principal, type Store, StoreError } from "@flyball/governor";
import { RequestProblem } from "../../problem/problem.ts";
import type { ProblemCode } from "../../problem/problem-catalogue.ts";
import { type ActionView, showDecision, viewAction, viewCall } from "./action-view.ts";
import type { ChatAgent, ChatCall, ChatEnding, ChatLimits, ChatOutcome, PastMessage } from "./chat-agent.ts";
import { callsEntry, endEntry, saidEntry, type TurnEnding } from "./chat-entries.ts";
import { viewConversation } from "./view-conversation.ts";

export interface TurnParts {
  readonly governor: Governor;
  readonly store: Store;
  readonly clock: Pick<Clock, "now">;
  readonly agent: ChatAgent;
  readonly limits: ChatLimits;
}

export interface TurnRequest {
  readonly principal: Principal;
  readonly session: string;
  readonly message: string;
  /** Aborted with a `TurnCut`. */
  readonly cut: AbortSignal;
  readonly onAction: (action: ActionView) => void;
  readonly onText: (text: string) => void;
}

/** Why a turn is to end now. */
export class TurnCut extends Error {
  override readonly name: string = "TurnCut";
  readonly how: Extract<TurnEnding, "deadline" | "cancelled" | "stopped">;

  constructor(how: TurnCut["how"]) {
    super(how);
    this.how = how;
  }
}

export interface TurnResult {
  readonly session: string;
  readonly turn: string;
  readonly how: TurnEnding;
  readonly reply: string;
  readonly model: string;
  readonly actions: readonly ActionView[];
  /** Why the model had no answer, for the log. */
  readonly fault: string | undefined;
}

/** A begun turn. Nothing has been asked of the model yet. */
export interface Turn {
  readonly run: () => Promise<TurnResult>;
}

/** Throws a `RequestProblem` where the turn cannot begin, or a `StoreError`. */
export async function beginTurn(parts: TurnParts, request: TurnRequest): Promise<Turn> {
  const { store, clock, limits } = parts;
  const { principal, session, message } = request;
  const at = clock.now();
  const id = randomUUID();
  const until = at + limits.turnMs + limits.settleMs + 5_000;
  const begun = await store.beginTurn({
    principal,
    session,
    turn: { id, until },
    entry: saidEntry(message),
    at,
    maxTurns: limits.turns,
    maxCharacters: limits.conversationCharacters,
  });
  if (begun.kind === "busy") throw new RequestProblem("turn_in_progress");
  if (begun.kind === "full") throw new RequestProblem("session_full");
  const earlier = new Set(begun.chat.entries.map(({ turn }) => turn).filter((turn) => turn !== id));
  const told = new Set([...earlier].slice(-limits.historyTurns));
  const before = { ...begun.chat, turn: undefined, entries: begun.chat.entries.filter(({ turn }) => told.has(turn)) };
  return {
    run: async () => {
      let history: readonly PastMessage[] = [];
      try {
        history = pastOf(await viewConversation(parts, { principal, chat: before, now: at }));
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        // The model then knows less; what policy knows does not come from here.
      }
      return await runTurn(parts, request, { id, at, history });
    },
  };
}

function pastOf({ messages }: Awaited<ReturnType<typeof viewConversation>>): readonly PastMessage[] {
  return messages.map(({ from, text = "", actions = [] }) => ({ from, text, actions }));
}

async function runTurn(
  parts: TurnParts,
  request: TurnRequest,
  begun: { readonly id: string; readonly at: number; readonly history: readonly PastMessage[] },
): Promise<TurnResult> {
  const { store, clock, agent, limits } = parts;
  const { principal, session, message } = request;
  const { id } = begun;
  const end = begun.at + limits.turnMs;
  // Somebody's agent may talk to ours: the record names both.
  const speaker = principal.agent === undefined ? agent.name : `${agent.name} for ${principal.agent}`.slice(0, 512);
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(new TurnCut("deadline")), Math.max(0, end - clock.now()));
  const signal = AbortSignal.any([request.cut, deadline.signal]);
  let over = false;
  const onAction = (action: ActionView): void => {
    if (!over) request.onAction(action);
  };
  const book = actionBook(parts, { ...request, onAction });
  let text = "";
  const say = (piece: string): void => {
    if (over || piece === "") return;
    text += piece;
    request.onText(piece);
  };
  const converse = agent.converse({
    message,
    history: begun.history,
    signal,
    caller: () => {
      const left = Math.floor(end - clock.now());
      if (over || signal.aborted || left <= 0) return undefined;
      return { principal: { ...principal, agent: speaker }, session, deadlineMs: left };
    },
    onCalls: async (calls) => {
      if (over || signal.aborted) throw new Error("the turn is over");
      const entries = [callsEntry(calls.map(viewCall))];
      const noted = await store.addToTurn({ principal, session, turn: id, entries, ends: false, at: clock.now() });
      if (noted.kind === "conflict") throw new Error("the turn is over");
      book.add(calls);
    },
    onOutcome: book.settle,
    onText: say,
  });
  const ending = await firstOf(converse, signal);
  // Before it is over, so that what was begun is told as what became of it.
  await book.settled(limits.settleMs);
  clearTimeout(timer);
  const how: TurnEnding = ending instanceof TurnCut ? ending.how : ending.kind;
  const said = endingTexts[how];
  if (how !== "replied") say(text === "" || said === "" ? said : ` ${said}`);
  over = true;
  const actions = book.actions();
  const model = agent.model;
  await keepEnd(parts, request, { turn: id, entry: endEntry({ how, text, model, actions }) });
  const fault = !(ending instanceof TurnCut) && ending.kind === "model" ? ending.message : undefined;
  return { session, turn: id, how, reply: text, model, actions, fault };
}

const endingTexts: Readonly<Record<TurnEnding, string>> = {
  replied: "",
  budget: "",
  deadline: "The time for this turn is over. What was done until then is shown; nothing else will be done.",
  cancelled: "The connection was cut. What was done until then is shown; nothing else will be done.",
  stopped: "The service is stopping. What was done until then is shown; nothing else will be done.",
  model: "The model gave no usable answer. What was done until then is shown; nothing else will be done.",
};

/** Of problems, by how a turn ended; undefined where it was answered. */
export const endingProblems: Readonly<Record<TurnEnding, ProblemCode | undefined>> = {
  replied: undefined,
  budget: undefined,
  deadline: "turn_deadline",
  cancelled: "request_malformed",
  stopped: "stopping",
  model: "model_unavailable",
};

/** A model may ignore its signal and never answer: the turn ends without it. */
async function firstOf(converse: Promise<ChatEnding>, signal: AbortSignal): Promise<ChatEnding | TurnCut> {
  const cutOf = (): TurnCut => (signal.reason instanceof TurnCut ? signal.reason : new TurnCut("cancelled"));
  const ended = converse.catch(
    (error: unknown): ChatEnding => ({
      kind: "model",
      message: error instanceof Error ? error.message : String(error),
    }),
  );
  const cut = new Promise<TurnCut>((resolve) => {
    if (signal.aborted) resolve(cutOf());
    signal.addEventListener("abort", () => resolve(cutOf()), { once: true });
  });
  const first = await Promise.race([ended, cut]);
  return signal.aborted ? cutOf() : first;
}

interface ActionBook {
  readonly add: (calls: readonly ChatCall[]) => void;
  readonly settle: (call: ChatCall, outcome: ChatOutcome) => void;
  /** Resolves when every call has its outcome, or the time is over. */
  readonly settled: (withinMs: number) => Promise<void>;
  readonly actions: () => readonly ActionView[];
}

function actionBook({ governor, store }: TurnParts, { principal, onAction }: TurnRequest): ActionBook {
  const views = new Map<string, ActionView>();
  const open = new Set<string>();
  const showing = new Set<Promise<void>>();
  let whenEmpty: () => void = () => {};

  async function show(call: ChatCall, outcome: ChatOutcome): Promise<void> {
    const { decision } = outcome;
    const { tenant } = principal;
    // How long it took, and which rules spoke, are worth one look at what was recorded, and no failure.
    const isKept = decision !== null && outcome.recorded && outcome.outcome !== "proposed";
    const record = isKept ? await store.readDecision({ tenant, id: decision.id }).catch(() => undefined) : undefined;
    const view = viewAction(
      viewCall(call),
      outcome,
      decision === null ? undefined : showDecision(decision, record, governor),
    );
    views.set(call.id, view);
    onAction(view);
  }

  return {
    add: (calls) => {
      for (const call of calls) {
        open.add(call.id);
        views.set(call.id, { ...viewCall(call), outcome: "pending", recorded: false });
      }
    },
    settle: (call, outcome) => {
      const shown = show(call, outcome)
        .catch(() => {})
        .finally(() => {
          showing.delete(shown);
          open.delete(call.id);
          if (open.size === 0) whenEmpty();
        });
      showing.add(shown);
    },
    settled: async (withinMs) => {
      if (open.size === 0) return;
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        whenEmpty = resolve;
        timer = setTimeout(resolve, withinMs);
      });
      clearTimeout(timer);
    },
    actions: () => [...views.values()],
  };
}

/** Offered again for a while: where it is not taken, the calls that were noted still show what became of them. */
async function keepEnd(
  { store, clock }: TurnParts,
  { principal, session }: TurnRequest,
  { turn, entry }: { readonly turn: string; readonly entry: ReturnType<typeof endEntry> },
): Promise<void> {
  for (let attempt = 0; attempt < 4; attempt += 1) {
    if (attempt > 0) await new Promise((resolve) => setTimeout(resolve, 100 * attempt));
    try {
      await store.addToTurn({ principal, session, turn, entries: [entry], ends: true, at: clock.now() });
      return;
    } catch (error) {
      if (!(error instanceof StoreError) || error.code === "closed") return;
    }
  }
}
