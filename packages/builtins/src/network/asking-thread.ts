/** The thread that asks the network while the thread that evaluates waits. In: questions on its port, one at a time. Out: an answer each, then the signal that it is there. */
import { lookup } from "node:dns/promises";
import { type MessagePort, workerData } from "node:worker_threads";
import type { NetworkAnswer, NetworkQuestion, NetworkRules } from "./network-message.ts";
import { sendRequest } from "./send-request.ts";

interface ThreadData {
  readonly port: MessagePort;
  readonly signal: Int32Array<SharedArrayBuffer>;
  readonly rules: NetworkRules;
}

const { port, signal, rules } = workerData as ThreadData;

port.on("message", (question: NetworkQuestion) => void give(question));

async function give(question: NetworkQuestion): Promise<void> {
  port.postMessage(await answerTo(question));
  Atomics.store(signal, 0, 1);
  Atomics.notify(signal, 0);
}

async function answerTo(question: NetworkQuestion): Promise<NetworkAnswer> {
  const stop = AbortSignal.timeout(question.deadlineMilliseconds);
  try {
    if (question.kind === "request") return await sendRequest(question.request, { rules, stop });
    const found = await Promise.race([lookup(question.name, { all: true }), aborted(stop)]);
    return { kind: "addresses", addresses: found.map(({ address }) => address) };
  } catch (error) {
    const reason = stop.aborted ? `no answer within ${question.deadlineMilliseconds} ms` : messageOf(error);
    return { kind: "failure", message: reason };
  }
}

function aborted(stop: AbortSignal): Promise<never> {
  return new Promise((_, reject) => stop.addEventListener("abort", () => reject(stop.reason), { once: true }));
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // A connection that was refused on several addresses has no message of its own.
  return error instanceof AggregateError ? error.errors.map(messageOf).join("; ") : error.message;
}
