// A closed loop of clients: each sends its next request when the last was answered, over a connection of its own that is
// kept alive. In: what to send. Out: how many were answered how, how fast, and what never was answered.

import { Agent, request } from "node:http";

export interface Question {
  readonly path: string;
  readonly token: string;
  readonly body: object;
}

export interface Drive {
  readonly concurrency: number;
  readonly seconds: number;
  /** Answers by status. */
  readonly statuses: ReadonlyMap<number, number>;
  /** Connections refused, cut or without an answer within 30 s. */
  readonly broken: number;
  /** Answers other than 429 and 503, for each second. */
  readonly servedPerSecond: number;
  /** Of those, sorted, in milliseconds. */
  readonly servedMs: Float64Array;
  /** Of 429 and 503, sorted, in milliseconds. */
  readonly shedMs: Float64Array;
}

/** After a refusal a client waits a little, as Retry-After asks of it, but far less than it asks. */
const pauseAfterShedMs = 20;

export async function drive(
  url: string,
  options: {
    readonly concurrency: number;
    readonly seconds: number;
    readonly question: (client: number, round: number) => Question;
  },
): Promise<Drive> {
  const { concurrency, seconds, question } = options;
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
  const statuses = new Map<number, number>();
  const served: number[] = [];
  const shed: number[] = [];
  let broken = 0;
  const start = performance.now();
  const end = start + seconds * 1_000;
  const client = async (index: number): Promise<void> => {
    for (let round = 0; performance.now() < end; round += 1) {
      const sent = performance.now();
      const status = await ask(url, agent, question(index, round));
      const took = performance.now() - sent;
      if (status === undefined) {
        broken += 1;
        continue;
      }
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      const isShed = status === 429 || status === 503;
      (isShed ? shed : served).push(took);
      if (isShed) await new Promise((resolve) => setTimeout(resolve, pauseAfterShedMs));
    }
  };
  await Promise.all(Array.from({ length: concurrency }, (_, index) => client(index)));
  agent.destroy();
  const servedPerSecond = served.length / ((performance.now() - start) / 1_000);
  const sorted = (times: readonly number[]) => Float64Array.from(times).sort();
  return { concurrency, seconds, statuses, broken, servedPerSecond, servedMs: sorted(served), shedMs: sorted(shed) };
}

/** The status, or undefined where there was no whole answer. */
export function ask(url: string, agent: Agent, { path, token, body }: Question): Promise<number | undefined> {
  const text = JSON.stringify(body);
  return new Promise((resolve) => {
    const sent = request(
      `${url}${path}`,
      {
        agent,
        method: "POST",
        timeout: 30_000,
        headers: {
          authorization: `Bearer ${token}`,
          "content-type": "application/json",
          "content-length": Buffer.byteLength(text),
        },
      },
      (answer) => {
        answer.resume();
        answer.once("end", () => resolve(answer.statusCode));
        answer.once("error", () => resolve(undefined));
      },
    );
    sent.once("error", () => resolve(undefined));
    sent.once("timeout", () => sent.destroy(new Error("no answer within 30 s")));
    sent.end(text);
  });
}

/** `share` of 0.5 is the median; 0 where there is nothing. */
export function percentile(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
