// A conversation as it is kept: what the person said, the calls that the model made (noted before they are decided), and how
// the turn ended. In: what happened. Out: entries for the store, and back. What became of an action is the governor's to say,
// not the entry's: an entry keeps what was known when the turn ended.

import { type ChatEntry, isPlainRecord, type NewChatEntry, type PlainValue } from "@flyball/governor";
import type { ActionView } from "./action-view.ts";

export type TurnEnding = "replied" | "budget" | "deadline" | "cancelled" | "stopped" | "model";

/** A turn read back. */
export interface KeptTurn {
  readonly id: string;
  readonly said: { readonly text: string; readonly at: number };
  /** Every call that was noted, in order. */
  readonly calls: readonly Pick<ActionView, "call" | "tool" | "arguments">[];
  /** Undefined where the turn is under way, or its process died. */
  readonly ended:
    | {
        readonly how: TurnEnding;
        readonly text: string;
        readonly model: string;
        readonly at: number;
        /** By call. */
        readonly actions: ReadonlyMap<string, ActionView>;
      }
    | undefined;
}

export function saidEntry(text: string): NewChatEntry {
  return { kind: "said", body: { text } };
}

export function callsEntry(calls: KeptTurn["calls"]): NewChatEntry {
  return { kind: "calls", body: { calls: calls as unknown as PlainValue } };
}

export function endEntry(end: {
  readonly how: TurnEnding;
  readonly text: string;
  readonly model: string;
  readonly actions: readonly ActionView[];
}): NewChatEntry {
  return { kind: "ended", body: end as unknown as PlainValue };
}

/** Oldest first. */
export function readTurns(entries: readonly ChatEntry[]): readonly KeptTurn[] {
  return [...Map.groupBy(entries, ({ turn }) => turn)].flatMap(([id, own]) => {
    const said = own.find(({ kind }) => kind === "said");
    if (said === undefined) return [];
    const calls = own.filter(({ kind }) => kind === "calls").flatMap(({ body }) => listIn(body, "calls"));
    const ended = own.find(({ kind }) => kind === "ended");
    return [
      {
        id,
        said: { text: textIn(said.body, "text"), at: said.at },
        // Written by `callsEntry`, and by nobody else.
        calls: calls as unknown as KeptTurn["calls"],
        ended: ended === undefined ? undefined : readEnd(ended),
      },
    ];
  });
}

function readEnd({ body, at }: ChatEntry): KeptTurn["ended"] {
  const actions = listIn(body, "actions") as unknown as readonly ActionView[];
  return {
    how: textIn(body, "how") as TurnEnding,
    text: textIn(body, "text"),
    model: textIn(body, "model"),
    at,
    actions: new Map(actions.map((action) => [action.call, action])),
  };
}

function textIn(body: PlainValue, field: string): string {
  const value = isPlainRecord(body) ? body[field] : undefined;
  return typeof value === "string" ? value : "";
}

function listIn(body: PlainValue, field: string): readonly PlainValue[] {
  const value = isPlainRecord(body) ? body[field] : undefined;
  return Array.isArray(value) ? (value as readonly PlainValue[]) : [];
}
