// Two services on one PostgreSQL, each a process with its own connections and its own HTTP: for whoever asks they are one. The
// broker fills whatever it is sent, so that an action which both execute shows as two fills.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { compile } from "@flyball/compiler";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Backend } from "../src/backend/backend.ts";
import { findPostgres, postgresBackend } from "../src/backend/postgres-backend.ts";
import { openBooks } from "../src/broker/books.ts";
import { runLoad } from "../src/campaign/load.ts";
import { type ServiceAddress, sendOrder, sendVerdict } from "../src/campaign/service-client.ts";
import { type StartedProcess, startProcess } from "../src/campaign/start-process.ts";
import { emptyTestimony, type SentOrder, type Testimony, takeAnswer } from "../src/campaign/testimony.ts";
import { checkInvariants } from "../src/check/check-invariants.ts";
import { createRandom } from "../src/random.ts";
import { chaosEntrypoint, chaosPolicy } from "../src/service/policy.ts";

const binaries = findPostgres() ?? "";
if (binaries === "") console.warn("NO POSTGRESQL SERVER in /usr/lib/postgresql: two services are NOT tested");

const program = (name: string): string => path.join(import.meta.dirname, "..", "src", name, "main.ts");

let folder: string;
let books: string;
let backend: Backend;
const processes: StartedProcess[] = [];
let one: ServiceAddress;
let other: ServiceAddress;
const testimony: Testimony = emptyTestimony();

beforeAll(async () => {
  if (binaries === "") return;
  folder = mkdtempSync(path.join(tmpdir(), "flyball-two-services-"));
  const own = path.join(folder, "database");
  mkdirSync(own);
  backend = await postgresBackend(binaries, own);
  const { wasm } = compile({ modules: { "chaos.rego": chaosPolicy }, entrypoints: [chaosEntrypoint] });
  if (wasm === undefined) throw new Error("the policy does not compile");
  const policyFile = path.join(folder, "policy.wasm");
  writeFileSync(policyFile, wasm);
  books = path.join(folder, "broker.sqlite");
  const broker = await startProcess(program("broker"), { args: [books, "repeats"] });
  processes.push(broker);
  const env = {
    FLYBALL_CHAOS_STORE: backend.location,
    FLYBALL_CHAOS_POLICY: policyFile,
    FLYBALL_CHAOS_BROKER: `http://127.0.0.1:${broker.line}`,
    FLYBALL_CHAOS_BROKER_MODE: "repeats",
    FLYBALL_CHAOS_BUG: "",
  };
  const services = await Promise.all([1, 2].map(() => startProcess(program("service"), { env })));
  processes.push(...services);
  const [first, second] = services.map(({ line }) => JSON.parse(line) as ServiceAddress);
  if (first === undefined || second === undefined) throw new Error("two services were started");
  one = first;
  other = second;
}, 60_000);

afterAll(async () => {
  for (const { kill, ended } of processes) {
    kill();
    await ended;
  }
  if (binaries === "") return;
  await backend.close();
  rmSync(folder, { recursive: true, force: true });
});

function newOrder(amount: number): SentOrder {
  const key = `order-${testimony.orders.size}`;
  const order: SentOrder = {
    key,
    person: "junior",
    arguments: { client: "c-1", symbol: "S1", amount },
    answer: undefined,
    isOpen: false,
  };
  testimony.orders.set(key, order);
  return order;
}

async function send(service: ServiceAddress, order: SentOrder) {
  const answer = await sendOrder(service, order);
  if (answer === undefined) throw new Error("the service did not answer");
  takeAnswer(testimony, order, answer);
  return answer;
}

async function suspended(service: ServiceAddress) {
  const { reviewId } = await send(service, newOrder(1_500));
  const review = testimony.reviews.get(reviewId ?? "");
  if (review === undefined) throw new Error("the order was not suspended");
  return review;
}

function fillsOf(order: SentOrder | undefined): number {
  const reader = openBooks(books, true);
  try {
    const actionId = backend.readTables().keys.get(order?.key ?? "");
    return reader.fills().filter(({ key }) => key === actionId).length;
  } finally {
    reader.close();
  }
}

async function halt(service: ServiceAddress, method: "PUT" | "DELETE"): Promise<number> {
  const response = await fetch(`${service.url}/v1/halts`, {
    method,
    headers: { authorization: `Bearer ${service.tokens["reviewer"]}`, "content-type": "application/json" },
    body: JSON.stringify({ scope: { kind: "client", client: "c-1" }, reason: "a drill" }),
  });
  return response.status;
}

describe.skipIf(binaries === "")("two services on one database", () => {
  test("one key sent to both at once is one action with one answer and one fill", async () => {
    const orders = Array.from({ length: 20 }, () => newOrder(500));
    await Promise.all(
      orders.map(async (order) => {
        const answers = await Promise.all([send(one, order), send(other, order), send(one, order)]);
        // One that finds the other's action still under way cannot say yet how it ends.
        const told = answers.filter(({ outcome }) => outcome !== "unknown");
        expect(new Set(told.map(({ outcome, decisionId }) => `${outcome} ${decisionId}`)).size).toBe(1);
        expect(told[0]?.outcome).toBe("executed");
      }),
    );
    expect(orders.map(fillsOf)).toEqual(orders.map(() => 1));
  });

  test("a review that one made is approved on the other, and the first knows", async () => {
    const review = await suspended(one);
    expect(await sendVerdict(other, review, "approve")).toBe(true);
    review.verdict = "approved";
    const order = testimony.orders.get(review.orderKey);
    expect(fillsOf(order)).toBe(1);
    expect(await sendVerdict(one, review, "approve")).toBe(false);
    if (order !== undefined) expect((await send(one, order)).outcome).toBe("executed");
  });

  test("a review approved on both at once is approved once, and its action executed once", async () => {
    const reviews = await Promise.all(
      Array.from({ length: 20 }, (_, index) => suspended(index % 2 === 0 ? one : other)),
    );
    for (const review of reviews) {
      const closed = await Promise.all([sendVerdict(one, review, "approve"), sendVerdict(other, review, "approve")]);
      expect(closed.toSorted()).toEqual([false, true]);
      review.verdict = "approved";
    }
    const orders = reviews.map(({ orderKey }) => testimony.orders.get(orderKey));
    expect(orders.map(fillsOf)).toEqual(orders.map(() => 1));
    for (const order of orders) if (order !== undefined) await send(one, order);
  });

  test("what is halted on one is halted on the other for the next action, until either lifts it", async () => {
    expect(await halt(one, "PUT")).toBe(200);
    const { outcome, cause } = await send(other, newOrder(100));
    expect([outcome, cause]).toEqual(["refused", "governor"]);
    expect(await halt(other, "DELETE")).toBe(200);
    expect((await send(one, newOrder(100))).outcome).toBe("executed");
  });

  test("under load on both, every book agrees with every other", async () => {
    const until = testimony.orders.size + 200;
    const isOver = (): boolean => testimony.orders.size >= until;
    await Promise.all(
      [one, other].map((service, seed) => runLoad({ service, testimony, random: createRandom(seed + 1), isOver })),
    );
    // A repetition that met its own action under way was told that it is not known; by now it is.
    const open = [...testimony.orders.values()].filter(({ answer }) => answer?.outcome === "unknown");
    for (const order of open) await send(one, order);
    const reader = openBooks(books, true);
    const fills = reader.fills();
    reader.close();
    expect(checkInvariants({ testimony, store: backend.readTables(), fills })).toEqual([]);
    expect(fills.length).toBeGreaterThan(100);
  });
});
