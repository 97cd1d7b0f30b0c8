// The advisor as people talk to it, over a real socket, on a port and a folder that stay the same over a restart.

import { readFileSync } from "node:fs";
import path from "node:path";
import { onTestFinished } from "vitest";
import type { Settings } from "../../src/start/read-settings.ts";
import { type Advisor, type RunOptions, runAdvisor } from "../../src/start/run-advisor.ts";
import { fetchWhenReady } from "./fetch-when-ready.ts";
import { type Answer, type Person, readRows, settingsFor, temporaryFolder } from "./running-advisor.ts";

export interface ChattingAdvisor {
  readonly url: () => string;
  readonly folder: string;
  readonly token: (person: Person) => string;
  readonly say: (message: string, more?: { readonly session?: string; readonly person?: Person }) => Promise<Answer>;
  readonly conversation: (session?: string, person?: Person) => Promise<Answer>;
  readonly decide: (review: string, verdict: "approve" | "reject") => Promise<Answer>;
  /** What the broker did, by its own file. */
  readonly fills: () => readonly Record<string, unknown>[];
  /** What the governor recorded, by its own file. */
  readonly records: (sql: string) => readonly Record<string, unknown>[];
  readonly stop: () => Promise<void>;
  readonly start: () => Promise<void>;
}

export async function chattingAdvisor(
  policyFile: string,
  chat: RunOptions["chat"] = {},
  settings: Partial<Settings> = {},
): Promise<ChattingAdvisor> {
  const folder = temporaryFolder();
  let port = 0;
  let running: Advisor | undefined;
  const start = async (): Promise<void> => {
    const result = await runAdvisor({ ...settingsFor(folder, policyFile), ...settings, port }, { chat });
    if (!result.ok) throw new Error(result.message);
    running = result.advisor;
    port = Number(new URL(running.service.url).port);
  };
  const stop = async (): Promise<void> => {
    await running?.stop(4_000);
    running = undefined;
  };
  await start();
  onTestFinished(stop);

  const token = (person: Person): string =>
    (JSON.parse(readFileSync(path.join(folder, "dev-tokens.json"), "utf8")) as Record<Person, string>)[person];
  const send = async (address: string, person: Person, body?: unknown): Promise<Answer> => {
    const response = await fetchWhenReady(`http://127.0.0.1:${port}${address}`, {
      method: body === undefined ? "GET" : "POST",
      headers: { authorization: `Bearer ${token(person)}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.json() };
  };
  return {
    url: () => `http://127.0.0.1:${port}`,
    folder,
    token,
    say: (message, { session = "s-1", person = "junior" } = {}) => send("/v1/chat", person, { session, message }),
    conversation: (session = "s-1", person = "junior") => send(`/v1/sessions/${encodeURIComponent(session)}`, person),
    decide: (review, verdict) => send(`/v1/reviews/${review}/${verdict}`, "reviewer", { reason: "as discussed" }),
    fills: () => readRows(path.join(folder, "paper-broker.sqlite"), "SELECT * FROM fills ORDER BY id"),
    records: (sql) => readRows(path.join(folder, "governor.sqlite"), sql),
    stop,
    start,
  };
}

export interface ShownAction {
  readonly tool: string;
  readonly outcome: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** "execute_trade BUY 4000 USD AAPL c-17: executed" */
function short({ tool, outcome, arguments: args }: ShownAction): string {
  const { side, amount, currency, symbol, client, limit_price: limit } = args;
  const what = [side, amount, currency, symbol, client, limit === undefined ? undefined : `at ${String(limit)}`];
  return `${tool} ${what.filter((part) => part !== undefined).join(" ")}: ${outcome}`;
}

export function shorts({ body }: Answer): readonly string[] {
  return (body.actions as readonly ShownAction[]).map(short);
}
