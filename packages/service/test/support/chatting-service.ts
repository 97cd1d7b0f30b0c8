// A service that people talk to, over a real socket, with an agent that does what a test says.

import type { ChatLimits } from "@flyball/service";
import { type Speech, speakingAgent } from "./chat-agent.ts";
import { type Answer, request, runningService, type TestService, type TestServiceOptions } from "./running-service.ts";

interface Chatting extends TestServiceOptions {
  readonly limits?: Partial<ChatLimits>;
}

export function chatting(speech: Speech, { limits = {}, ...options }: Chatting = {}): Promise<TestService> {
  return runningService({ ...options, chat: (governor) => ({ agent: speakingAgent(governor, speech), limits }) });
}

type Person = "analyst" | "junior" | "senior" | "reviewer";

export function say(service: TestService, body: unknown, person: Person = "junior"): Promise<Answer> {
  return request(`${service.url}/v1/chat`, {
    method: "POST",
    headers: { "content-type": "application/json", ...service.bearer(person) },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

export function conversation(service: TestService, session: string, person: Person = "junior"): Promise<Answer> {
  return request(`${service.url}/v1/sessions/${encodeURIComponent(session)}`, { headers: service.bearer(person) });
}

/** The same turn, answered with events. */
export async function listen(service: TestService, body: unknown): Promise<string> {
  const response = await fetch(`${service.url}/v1/chat`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "text/html;q=0.1, text/event-stream",
      ...service.bearer("junior"),
    },
    body: JSON.stringify(body),
  });
  if (response.headers.get("content-type") !== "text/event-stream; charset=utf-8")
    throw new Error("these are no events");
  return await response.text();
}

export const hello = { session: "s-1", message: "pay five" };

export const payFive: Speech = async (turn, act) => {
  await act(5);
  turn.onText("Paid five. ");
  turn.onText("Anything else?");
};

export const never = (): Promise<never> => new Promise(() => {});

/** Waits for what a process does in its own time, and gives up in the end. */
export async function until<Result>(look: () => Promise<Result | undefined> | Result | undefined): Promise<Result> {
  const end = Date.now() + 10_000;
  while (Date.now() < end) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error("it did not come to pass");
}

export interface ServerEvent {
  readonly event: string;
  // biome-ignore lint/suspicious/noExplicitAny: an event's data is whatever came over the socket
  readonly data: any; // oxlint-disable-line typescript/no-explicit-any
}

export function readEvents(text: string): readonly ServerEvent[] {
  return text.split("\n\n").flatMap((block) => {
    const event = /^event: (.*)$/m.exec(block)?.[1];
    const data = /^data: (.*)$/m.exec(block)?.[1];
    return event === undefined || data === undefined ? [] : [{ event, data: JSON.parse(data) as unknown }];
  });
}
