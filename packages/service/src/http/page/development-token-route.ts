// How the page gets development tokens. Reached over loopback only (the service refuses to start elsewhere with them), and
// still guarded against the three who share that loopback: other users of the machine, who do not know the key; a web
// site that has its own name resolved to 127.0.0.1, whose requests name another host; and a web site that just tries,
// whose browser asks first whether JSON may be sent from there and is told no.

import { createHash, timingSafeEqual } from "node:crypto";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { RequestProblem } from "../../problem/problem.ts";
import { isRecord } from "../action-body.ts";
import { sendJson } from "../answer-outcome.ts";
import { isLoopback } from "../is-loopback.ts";
import { refuseOtherMethods } from "../refuse-other-methods.ts";
import type { DevelopmentPeople } from "./page-options.ts";

const path = "/v1/development/tokens";

/** `POST /v1/development/tokens` `{ "key" }` -> `{ "tokens": { "junior": "...", ... } }`. */
export function addDevelopmentTokenRoute(http: FastifyInstance, { key, tokens }: DevelopmentPeople): void {
  http.post(path, { config: { isPublic: true } }, (request, reply) => {
    if (!isSameOrigin(request)) throw new RequestProblem("development_key_invalid");
    const { body } = request;
    const shown = isRecord(body) && Object.keys(body).length === 1 ? body["key"] : undefined;
    if (typeof shown !== "string" || !isEqual(shown, key)) throw new RequestProblem("development_key_invalid");
    return sendJson(reply, 200, { tokens });
  });
  refuseOtherMethods(http, path, ["POST"]);
}

/** The browser, if it is one, asks from a page of this very address; and the address is loopback by number or by name. */
function isSameOrigin({ headers, socket }: FastifyRequest): boolean {
  const { host = "", origin } = headers;
  const url = URL.parse(`http://${host}`);
  if (url === null || url.host !== host) return false;
  const name = url.hostname.replace(/^\[(.*)\]$/, "$1");
  if (name !== "localhost" && !isLoopback(name)) return false;
  if (!isLoopback(socket.remoteAddress?.replace(/^::ffff:/, "") ?? "")) return false;
  return origin === undefined || origin === `http://${host}`;
}

function isEqual(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
