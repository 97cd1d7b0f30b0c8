// One exchange with an OPA server under one deadline: connecting, waiting for a free connection, sending and reading the
// whole answer count together. In: a request's body. Out: the answer's body or a fault. Connections are kept alive; an
// answer is read up to a limit; redirects and encodings are not followed.

import { Agent as HttpAgent, request as httpRequest, type IncomingMessage, type RequestOptions } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import type { SideFault } from "./side-answer.ts";

export interface ServerOptions {
  /** Where the decision is: `http://127.0.0.1:8181/v1/data/finance/decision`. */
  readonly url: string;
  /** For one answer, everything included. Milliseconds, 1 to 60,000; 1,000 where absent. */
  readonly timeoutMs?: number;
  /** For example `{ authorization: "Bearer ..." }`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Longer answers are refused. Bytes; 1 MiB where absent. */
  readonly maxAnswerBytes?: number;
  /** Connections at most; further questions wait for one within their time. 32 where absent. */
  readonly connections?: number;
}

export type Exchange = { readonly kind: "body"; readonly body: Buffer } | SideFault;

export interface ServerConnection {
  /** Never rejects. */
  readonly send: (body: string) => Promise<Exchange>;
  readonly close: () => void;
}

/** Throws a `TypeError` where the options make no sense. */
export function openServerConnection(options: ServerOptions): ServerConnection {
  const url = dataUrl(options.url);
  const timeoutMs = count(options.timeoutMs ?? 1_000, { name: "timeoutMs", most: 60_000 });
  const maxBytes = count(options.maxAnswerBytes ?? 1024 * 1024, { name: "maxAnswerBytes", most: 2 ** 30 });
  const maxSockets = count(options.connections ?? 32, { name: "connections", most: 65_535 });
  const settings = { keepAlive: true, maxSockets, maxFreeSockets: maxSockets };
  const agent = url.protocol === "https:" ? new HttpsAgent(settings) : new HttpAgent(settings);
  const headers = { ...options.headers, "content-type": "application/json", "accept-encoding": "identity" };
  let closed = false;

  return Object.freeze({
    send: (body: string) =>
      closed
        ? Promise.resolve(fault("policy_unavailable", "The client is closed."))
        : exchange({ url, agent, headers, body: Buffer.from(body, "utf8"), timeoutMs, maxBytes }),
    close: () => {
      closed = true;
      agent.destroy();
    },
  });
}

/** The base of the server alone would ask OPA's default decision, and any other path something that is no decision. */
function dataUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isData = url !== undefined && /^https?:$/.test(url.protocol) && /\/v1\/data\/./.test(url.pathname);
  if (!isData) {
    throw new TypeError(`url must name a decision, as http://127.0.0.1:8181/v1/data/finance/decision does`);
  }
  if (url.username !== "" || url.password !== "") throw new TypeError("url must hold no credentials; use headers");
  return url;
}

function count(value: number, { name, most }: { readonly name: string; readonly most: number }): number {
  if (!Number.isInteger(value) || value < 1 || value > most) {
    throw new TypeError(`${name} must be a whole number from 1 to ${most}`);
  }
  return value;
}

function fault(code: SideFault["code"], message: string): SideFault {
  return { kind: "fault", code, message };
}

interface Question {
  readonly url: URL;
  readonly agent: HttpAgent | HttpsAgent;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

function exchange(question: Question): Promise<Exchange> {
  return new Promise((resolve) => {
    let abort: () => void = () => {};
    let settled = false;
    const settle = (result: Exchange): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      resolve(result);
      // Frees the connection of an answer that is not read to its end; one that was is already back in the agent.
      if (result.kind === "fault") abort();
    };
    const timer = setTimeout(() => {
      settle(fault("deadline_exceeded", `The OPA server did not answer within ${question.timeoutMs} ms.`));
    }, question.timeoutMs);
    const attempt = (isFirst: boolean): void => {
      abort = sendOnce(question, {
        settle,
        // The server may close a kept connection just as it is used again. A decision changes nothing, so asking again on
        // another connection is safe; it happens once, at once, and the deadline stays.
        retry: isFirst && !settled ? () => attempt(false) : undefined,
      });
    };
    try {
      attempt(true);
    } catch (error) {
      settle(fault("policy_unavailable", `The OPA server cannot be asked: ${reasonOf(error)}.`));
    }
  });
}

interface Handlers {
  readonly settle: (result: Exchange) => void;
  readonly retry: (() => void) | undefined;
}

/** Returns what ends the request early. */
function sendOnce(question: Question, { settle, retry }: Handlers): () => void {
  const { url, agent, body } = question;
  const headers = { ...question.headers, "content-length": String(body.length) };
  const options: RequestOptions = { method: "POST", agent, headers };
  const onResponse = (response: IncomingMessage): void => readAnswer(response, { question, settle });
  const outgoing =
    url.protocol === "https:" ? httpsRequest(url, options, onResponse) : httpRequest(url, options, onResponse);
  outgoing.on("error", (error) => {
    if (retry !== undefined && outgoing.reusedSocket && isDropped(error)) retry();
    else settle(fault("policy_unavailable", `The OPA server cannot be reached: ${reasonOf(error)}.`));
  });
  outgoing.end(body);
  return () => outgoing.destroy();
}

function isDropped(error: Error): boolean {
  return "code" in error && (error.code === "ECONNRESET" || error.code === "EPIPE");
}

function readAnswer(
  response: IncomingMessage,
  { question, settle }: { readonly question: Question; readonly settle: (result: Exchange) => void },
): void {
  const { statusCode } = response;
  const encoding = response.headers["content-encoding"] ?? "identity";
  if (statusCode !== 200) {
    settle(fault("policy_unavailable", `The OPA server answered status ${statusCode}.`));
    return;
  }
  if (encoding !== "identity") {
    settle(fault("policy_output_invalid", "The OPA server's answer is encoded."));
    return;
  }
  const parts: Buffer[] = [];
  let bytes = 0;
  response.on("data", (part: Buffer) => {
    bytes += part.length;
    if (bytes > question.maxBytes) {
      settle(fault("policy_output_invalid", `The OPA server's answer is longer than ${question.maxBytes} bytes.`));
    } else parts.push(part);
  });
  response.on("error", () => settle(fault("policy_unavailable", "The OPA server's answer broke off.")));
  response.on("end", () => {
    settle(
      response.complete
        ? { kind: "body", body: Buffer.concat(parts) }
        : fault("policy_unavailable", "The OPA server's answer broke off."),
    );
  });
}

/** The error's code where it has one: messages of sockets hold addresses. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}
