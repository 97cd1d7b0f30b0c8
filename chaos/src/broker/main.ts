// The broker as a process: takes orders over HTTP, keeps its own books, and is the hand that kills the service, since only
// it knows to the instruction whether it has not yet, just now or already answered. Arguments: the file of its books, and
// "deduplicates" or "repeats". Prints its port as one line and ends with its standard input.

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { type Order, openBooks } from "./books.ts";
import type { KillPhase, Trap } from "./kill-phase.ts";

const [file = "", mode = ""] = process.argv.slice(2);
const books = openBooks(file, mode === "deduplicates");
const pending = new Set<string>();
const kills: { readonly phase: KillPhase; readonly pid: number }[] = [];
let trap: Trap | undefined;
let passed = 0;

/** Amounts that end in 3 or 7 are refused by the market: the service must give back what it reserved. */
function isRejected({ amount }: Order): boolean {
  return amount % 10 === 3 || amount % 10 === 7;
}

/** The trap, where it is this order that springs it. */
function springTrap(): Trap | undefined {
  if (trap === undefined) return undefined;
  passed += 1;
  if (passed <= trap.skip) return undefined;
  const sprung = trap;
  trap = undefined;
  return sprung;
}

function kill({ phase, pid }: Trap): void {
  try {
    process.kill(pid, "SIGKILL");
    kills.push({ phase, pid });
  } catch {
    // It has died already, of a kill at any moment.
  }
}

async function place(order: Order, response: ServerResponse): Promise<void> {
  const sprung = springTrap();
  pending.add(order.key);
  try {
    if (sprung?.phase === "before") {
      kill(sprung);
      if (!sprung.fills) {
        response.destroy();
        return;
      }
    }
    // Lets other orders in between reading and filling, as a broker's own queue does.
    await wait(order.amount % 4);
    if (isRejected(order)) {
      send(response, 422, { rejected: "the market does not take it" }, sprung);
      return;
    }
    const placed = books.place(order);
    if (placed.kind === "barred") send(response, 422, { rejected: "the key is barred" }, sprung);
    else send(response, 200, { fill: placed.fill, amount: order.amount }, sprung);
  } finally {
    pending.delete(order.key);
  }
}

function send(response: ServerResponse, status: number, body: object, sprung?: Trap): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
  if (sprung?.phase === "during") {
    response.write(text.slice(0, 4), () => kill(sprung));
    return;
  }
  response.end(text, () => {
    if (sprung?.phase === "after") setTimeout(() => kill(sprung), sprung.delayMs);
  });
}

function state(fill: number | undefined, key: string): object {
  if (fill !== undefined) return { state: "filled", fill };
  return { state: pending.has(key) ? "pending" : "absent" };
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const body: unknown = parts.length === 0 ? undefined : JSON.parse(Buffer.concat(parts).toString());
  const [, resource, key = "", verb] = (request.url ?? "").split("/");
  if (resource === "trap") {
    trap = body as Trap | undefined;
    passed = 0;
    send(response, 200, {});
  } else if (resource === "kills") send(response, 200, kills);
  else if (verb === "bar") send(response, 200, pending.has(key) ? { state: "pending" } : state(books.bar(key), key));
  else if (request.method === "GET") send(response, 200, state(books.find(key), key));
  else await place(body as Order, response);
}

const server = createServer((request, response) => {
  // A request that breaks off is the service dying while it sends: nothing was received.
  answer(request, response).catch(() => response.destroy());
});
server.listen(0, "127.0.0.1", () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));
process.stdin.resume().on("end", () => {
  books.close();
  process.exit(0);
});
