// A conversation as the framework wants it. In: messages as they stand now. Out: events, the last ones of a long conversation
// only, with calls and what became of them.

import { canonicalJson, toPlainValue } from "@flyball/governor";
import type { ActionView, PastMessage } from "@flyball/service";
import { createEvent, type Event } from "@google/adk";

const maxMessages = 36;
const maxTextCharacters = 2_000;
const maxResultCharacters = 4_000;

type Parts = NonNullable<NonNullable<Event["content"]>["parts"]>;

export function pastEvents(
  history: readonly PastMessage[],
  agent: string,
  tools: ReadonlySet<string>,
): readonly Event[] {
  const recent = history.slice(-maxMessages);
  // A conversation begins with a person.
  const first = recent.findIndex(({ from }) => from === "user");
  return (first < 0 ? [] : recent.slice(first)).flatMap((message) => eventsOf(message, agent, tools));
}

function eventsOf({ from, text, actions }: PastMessage, agent: string, tools: ReadonlySet<string>): Event[] {
  const said = text.slice(0, maxTextCharacters).toWellFormed();
  if (from === "user") return [eventOf("user", "user", [{ text: said }])];
  if (from === "review")
    return [eventOf("user", "user", [{ text: `(The desk reports, since the last message: ${said})` }])];
  const known = actions.filter(({ tool }) => tools.has(tool));
  const calls: Parts = known.map(({ call, tool, arguments: args }) => ({
    functionCall: { id: call, name: tool, args: recordOf(args) },
  }));
  const answers: Parts = known.map((action) => ({
    functionResponse: { id: action.call, name: action.tool, response: answerOf(action) },
  }));
  return [
    ...(calls.length === 0 ? [] : [eventOf(agent, "model", calls), eventOf(agent, "user", answers)]),
    eventOf(agent, "model", [{ text: said === "" ? "(no answer)" : said }]),
  ];
}

function eventOf(author: string, role: "user" | "model", parts: Parts): Event {
  return createEvent({ author, content: { role, parts } });
}

function answerOf({ outcome, decision, result, error, review }: ActionView): Record<string, unknown> {
  return {
    outcome,
    done: outcome === "executed",
    ...(result === undefined ? {} : { result: jsonOf(result) }),
    ...(error === undefined ? {} : { error: error.message }),
    ...(review === undefined ? {} : { review: { id: review.id, expires_at: review.expires_at } }),
    reasons: (decision?.reasons ?? []).map(({ code, message, field }) => ({ code, message, field })),
  };
}

function recordOf(value: unknown): Record<string, unknown> {
  const json = jsonOf(value);
  return typeof json === "object" && json !== null && !Array.isArray(json) ? (json as Record<string, unknown>) : {};
}

/** JavaScript's own JSON types; exact decimals become the nearest double. */
function jsonOf(value: unknown): unknown {
  const plain = toPlainValue(value);
  if (!plain.ok) return null;
  const text = canonicalJson(plain.value);
  return text.length <= maxResultCharacters
    ? JSON.parse(text)
    : `${text.slice(0, maxResultCharacters).toWellFormed()} ...`;
}
