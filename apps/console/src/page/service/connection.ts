// The one place that speaks to the service. In: a path and a body. Out: an answer or a problem, never a throw. Everything
// goes to the page's own origin; a token, where the page holds one, goes nowhere else.

import type { ProblemDocument } from "@flyball/service/http-views";
import { parseExactJson } from "./exact-json.ts";
import { readEvents, type ServerEvent } from "./read-events.ts";

/** Why there is no answer. `code` is one of docs/reference/http.md, or `unreachable`, or `answer_unreadable`. */
export interface Problem {
  readonly code: string;
  readonly title: string;
  readonly detail?: string;
  readonly status: number;
  /** The whole document, which may hold more: a decision, actions. */
  readonly document: Readonly<Record<string, unknown>>;
}

export type Answer<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problem: Problem };

export interface Connection {
  readonly get: <Value>(path: string) => Promise<Answer<Value>>;
  readonly send: <Value>(method: "POST" | "PUT" | "DELETE", path: string, body: object) => Promise<Answer<Value>>;
  /** Each event as it comes. Resolves when the stream has ended; the value says whether it began. */
  readonly stream: (path: string, body: object, options: StreamOptions) => Promise<Answer<undefined>>;
}

export interface StreamOptions {
  readonly signal: AbortSignal;
  readonly onEvent: (event: ServerEvent) => void;
}

/** `renew` is asked once for a request that was answered 401, and says whether trying again makes sense. */
export function createConnection(credential: {
  readonly token: () => string | undefined;
  readonly renew: () => Promise<boolean>;
}): Connection {
  const attempt = async (path: string, init: RequestInit): Promise<Response | undefined> => {
    const headers = new Headers(init.headers);
    const token = credential.token();
    if (token !== undefined) headers.set("authorization", `Bearer ${token}`);
    try {
      return await fetch(path, {
        ...init,
        headers,
        cache: "no-store",
        redirect: "error",
        referrerPolicy: "no-referrer",
      });
    } catch {
      return undefined;
    }
  };
  const patient = async (path: string, init: RequestInit): Promise<Response | undefined> => {
    for (let tries = 1; ; tries += 1) {
      const response = await attempt(path, init);
      if (response === undefined || tries === maxTries || !(await isTurnedAway(response))) return response;
      const seconds = Number(response.headers.get("retry-after") ?? 1);
      await new Promise((resolve) => setTimeout(resolve, Math.min(seconds, maxWaitSeconds) * 1_000 * tries));
    }
  };
  const ask = async (path: string, init: RequestInit): Promise<Response | undefined> => {
    const response = await patient(path, init);
    if (response?.status !== 401 || !(await credential.renew())) return response;
    return patient(path, init);
  };
  const withBody = (method: string, body: object, accept: string): RequestInit => ({
    method,
    headers: { "content-type": "application/json", accept },
    body: JSON.stringify(body),
  });
  const json = "application/json";
  return {
    get: async (path) => answerOf(await ask(path, { headers: { accept: json } })),
    send: async (method, path, body) => answerOf(await ask(path, withBody(method, body, json))),
    stream: async (path, body, { signal, onEvent }) => {
      const response = await ask(path, { ...withBody("POST", body, "text/event-stream"), signal });
      const isStream = response?.headers.get("content-type")?.startsWith("text/event-stream") ?? false;
      if (response?.ok !== true || !isStream || response.body === null) {
        const answer = await answerOf<unknown>(response);
        return answer.ok ? { ok: false, problem: unreadable(200) } : answer;
      }
      await readEvents(response.body, onEvent);
      return { ok: true, value: undefined };
    },
  };
}

const maxTries = 5;
const maxWaitSeconds = 5;

/** Whether the service had no time for a request and has not begun it, so that the same one may be sent again. */
async function isTurnedAway(response: Response): Promise<boolean> {
  if (response.status !== 503) return false;
  const { code } = problemOf(await readBody(response.clone()));
  return code === "overloaded" || code === "chat_busy";
}

async function answerOf<Value>(response: Response | undefined): Promise<Answer<Value>> {
  if (response === undefined) return { ok: false, problem: unreachable };
  const body = await readBody(response);
  if (body === undefined) return { ok: false, problem: unreadable(response.status) };
  if (response.ok) return { ok: true, value: body as Value };
  return { ok: false, problem: problemOf(body, response.status) };
}

async function readBody(response: Response): Promise<unknown> {
  try {
    return parseExactJson(await response.text());
  } catch {
    return undefined;
  }
}

const unreachable: Problem = {
  code: "unreachable",
  title: "The service cannot be reached",
  status: 0,
  document: {},
};

function unreadable(status: number): Problem {
  return { code: "answer_unreadable", title: "The answer cannot be read", status, document: {} };
}

/** Reads a problem document (RFC 9457), from an answer or an event. */
export function problemOf(body: unknown, status = 0): Problem {
  const document = typeof body === "object" && body !== null ? (body as Readonly<Record<string, unknown>>) : {};
  const text = (name: string): string | undefined => (typeof document[name] === "string" ? document[name] : undefined);
  const detail = text("detail") ?? errorsText(document["errors"]);
  return {
    code: text("code") ?? "answer_unreadable",
    title: text("title") ?? `The service answered with status ${status}`,
    status: typeof document["status"] === "number" ? document["status"] : status,
    ...(detail === undefined ? {} : { detail }),
    document,
  };
}

type FieldError = NonNullable<ProblemDocument["errors"]>[number];

function errorsText(errors: unknown): string | undefined {
  if (!Array.isArray(errors)) return undefined;
  return (errors as readonly FieldError[]).map(({ field, message }) => `${field}: ${message}`).join("; ");
}

export function problemText({ title, detail }: Problem): string {
  return detail === undefined || detail === title ? `${title}.` : `${title}: ${detail}`;
}
