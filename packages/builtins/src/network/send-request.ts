import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import type { HttpRequest } from "../granted/http-transport.ts";
import { isAllowed, type NetworkAnswer, type NetworkRules } from "./network-message.ts";
import { tlsOptions } from "./tls-options.ts";

export interface Sending {
  readonly rules: NetworkRules;
  /** Ends it all when the deadline has passed. */
  readonly stop: AbortSignal;
}

type Response = Extract<NetworkAnswer, { readonly kind: "response" }>;

/** Milliseconds before the first repetition; each later one waits twice as long. */
const FIRST_PAUSE = 100;

/** Sends a request, again after failures as often as it says, and follows redirects where it says so. Throws where there is no response. */
export async function sendRequest(request: HttpRequest, sending: Sending): Promise<Response> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await follow(request, sending);
    } catch (error) {
      if (attempt >= request.retries || sending.stop.aborted || error instanceof NetworkRefusal) throw error;
      await pause(FIRST_PAUSE * 2 ** attempt, sending.stop);
    }
  }
}

/** What no repetition would change. */
class NetworkRefusal extends Error {
  override readonly name = "NetworkRefusal";
}

interface Hop {
  readonly url: URL;
  readonly method: string;
  readonly body: string;
  readonly headers: HttpRequest["headers"];
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

async function follow(request: HttpRequest, sending: Sending): Promise<Response> {
  let hop: Hop = { url: new URL(request.url), method: request.method, body: request.body, headers: request.headers };
  for (let hops = 0; ; hops++) {
    const response = await exchange(hop, { request, ...sending });
    const place = response.headers.find(([name]) => name.toLowerCase() === "location")?.[1];
    if (!request.followsRedirects || !REDIRECTS.has(response.statusCode) || place === undefined) return response;
    if (hops >= sending.rules.maxRedirects) throw new NetworkRefusal(`stopped after ${hops} redirects`);
    hop = nextHop(hop, new URL(place, hop.url), response.statusCode);
    if (!isAllowed(hop.url, sending.rules.allow))
      throw new NetworkRefusal(`redirected to ${hop.url.origin}, where the application does not let policies send`);
  }
}

/** Headers that say who is asking; another host does not get them. */
const OWN_HEADERS: ReadonlySet<string> = new Set([
  "authorization",
  "cookie",
  "proxy-authorization",
  "www-authenticate",
]);

function nextHop(from: Hop, url: URL, status: number): Hop {
  const keepsMethod = status === 307 || status === 308 || from.method === "GET" || from.method === "HEAD";
  const isElsewhere = url.origin !== from.url.origin;
  const headers = from.headers.filter(([name]) => !isElsewhere || !OWN_HEADERS.has(name.toLowerCase()));
  return keepsMethod ? { ...from, url, headers } : { url, method: "GET", body: "", headers };
}

function exchange(
  { url, method, body, headers }: Hop,
  { request, rules, stop }: Sending & { readonly request: HttpRequest },
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const secure = url.protocol === "https:" ? tlsOptions(request.tls, rules) : {};
    const send = url.protocol === "https:" ? requestHttps : requestHttp;
    const bytes = Buffer.from(body);
    const outgoing = send(url, {
      method,
      agent: false,
      signal: stop,
      headers: headerFields(headers, bytes),
      ...secure,
    });
    outgoing.on("error", reject);
    outgoing.on("response", (incoming) => {
      readBody(incoming, rules.maxResponseBytes).then((contents) => resolve(responseOf(incoming, contents)), reject);
    });
    outgoing.end(bytes);
  });
}

function headerFields(headers: HttpRequest["headers"], body: Uint8Array): Readonly<Record<string, string | string[]>> {
  const fields: Record<string, string | string[]> = Object.create(null);
  fields["user-agent"] = "flyball";
  for (const [name, value] of headers) fields[name.toLowerCase()] = value;
  delete fields["transfer-encoding"];
  if (body.length > 0) fields["content-length"] = String(body.length);
  else delete fields["content-length"];
  return fields;
}

async function readBody(incoming: IncomingMessage, most: number): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of incoming as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > most) {
      incoming.destroy();
      throw new NetworkRefusal(`the response has more than ${most} bytes`);
    }
    parts.push(part);
  }
  return new Uint8Array(Buffer.concat(parts));
}

function responseOf({ statusCode = 0, statusMessage = "", rawHeaders }: IncomingMessage, body: Uint8Array): Response {
  const headers: (readonly [string, string])[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2)
    headers.push([rawHeaders[index] ?? "", rawHeaders[index + 1] ?? ""]);
  return { kind: "response", statusCode, statusText: statusMessage, headers, body };
}

function pause(milliseconds: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    stop.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        reject(stop.reason);
      },
      { once: true },
    );
  });
}
