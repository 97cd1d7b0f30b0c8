import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import type { HttpTransport } from "../granted/http-transport.ts";
import { isAllowed, type NetworkAnswer, type NetworkQuestion, type NetworkRules } from "./network-message.ts";

export interface NetworkOptions {
  /** Where `http.send` may go: `https://example.com`, or below a path, `https://example.com/facts/`. Redirects must stay within. Only `http:` and `https:`. */
  readonly allow: readonly string[];
  /** Names that `net.lookup_ip_addr` may ask about: `example.com`, or `.example.com` for all below it. Default: none. */
  readonly names?: readonly string[];
  /** The longest that one request may take, redirects and repetitions together, whatever the policy asks for. Default 5,000. */
  readonly maxMilliseconds?: number;
  /** The largest body that is read. Default 1 MiB. */
  readonly maxResponseBytes?: number;
  /** Hops of a request with `enable_redirect`. Default 5. */
  readonly maxRedirects?: number;
  /** Whether policies may switch off the check of a server's certificate (`tls_insecure_skip_verify`). Default false. */
  readonly insecureTls?: boolean;
  /** Whether policies may name files and variables of the environment for certificates and keys (`tls_..._file`, `tls_..._env_variable`). Default false. */
  readonly tlsFiles?: boolean;
}

export interface Network {
  /** The grant `http`. */
  readonly http: HttpTransport;
  /** The grant `lookUpAddresses`. */
  readonly lookUpAddresses: (name: string) => readonly string[];
  /** Ends the thread. The network may be used again afterwards. */
  readonly close: () => Promise<void>;
}

/**
 * Grants for `http.send` and `net.lookup_ip_addr` that answer in the same turn. The thread that evaluates waits, at most `maxMilliseconds` a call: nothing else happens on it meanwhile, so this is for
 * tools and batches, and for services whose policies ask seldom and near. The thread that asks is started by the first question and does not keep a process alive. Throws `TypeError` for places that are no URLs.
 *
 * ```ts
 * const network = createNetwork({ allow: ["https://facts.example.com/"] });
 * const policy = await loadPolicy(wasm, { builtins: (names) => loadBuiltins(names, { grants: { http: network.http } }) });
 * ```
 */
export function createNetwork(options: NetworkOptions): Network {
  const { names = [], maxMilliseconds = 5_000 } = options;
  const rules: NetworkRules = {
    allow: options.allow.map(checkedPlace),
    maxResponseBytes: options.maxResponseBytes ?? 1 << 20,
    maxRedirects: options.maxRedirects ?? 5,
    insecureTls: options.insecureTls ?? false,
    tlsFiles: options.tlsFiles ?? false,
  };
  let thread: AskingThread | undefined;
  const ask = (question: NetworkQuestion): NetworkAnswer => {
    thread ??= startThread(rules);
    const answer = waitForAnswer(thread, question);
    if (answer !== undefined) return answer;
    // What still runs there would answer the next question.
    void thread.worker.terminate();
    thread = undefined;
    throw new Error(`no answer within ${question.deadlineMilliseconds} ms`);
  };
  return {
    http: (request) => {
      if (!isAllowed(new URL(request.url), rules.allow))
        throw new Error("the application does not let policies send there");
      const wanted = request.timeoutMilliseconds * (request.retries + 1);
      const deadlineMilliseconds = wanted > 0 ? Math.min(wanted, maxMilliseconds) : maxMilliseconds;
      const answer = ask({ kind: "request", request, deadlineMilliseconds });
      if (answer.kind === "response") return answer;
      throw new Error(answer.kind === "failure" ? answer.message : "no response");
    },
    lookUpAddresses: (name) => {
      if (!isAllowedName(name, names)) throw new Error("the application does not let policies look this name up");
      const answer = ask({ kind: "addresses", name, deadlineMilliseconds: maxMilliseconds });
      if (answer.kind === "addresses") return answer.addresses;
      throw new Error(answer.kind === "failure" ? answer.message : "no addresses");
    },
    close: async () => {
      const ending = thread;
      thread = undefined;
      ending?.port.close();
      await ending?.worker.terminate();
    },
  };
}

function checkedPlace(text: string): string {
  const { protocol, search, hash, username, password } = new URL(text);
  if (protocol !== "http:" && protocol !== "https:") throw new TypeError(`${text}: only http and https are sent to`);
  if (search + hash + username + password !== "")
    throw new TypeError(`${text}: a place is an origin and the beginning of a path, and nothing else`);
  return text;
}

function isAllowedName(name: string, names: readonly string[]): boolean {
  const asked = name.toLowerCase().replace(/\.$/, "");
  return names.some((allowed) => {
    const known = allowed.toLowerCase();
    return known.startsWith(".") ? asked.endsWith(known) : asked === known;
  });
}

interface AskingThread {
  readonly worker: Worker;
  readonly port: MessagePort;
  /** 0 while a question is open. */
  readonly signal: Int32Array<SharedArrayBuffer>;
}

function startThread(rules: NetworkRules): AskingThread {
  const { port1: port, port2 } = new MessageChannel();
  const signal = new Int32Array(new SharedArrayBuffer(4));
  // From sources it is TypeScript, which Node runs as it is.
  const file = import.meta.url.endsWith(".ts") ? "./asking-thread.ts" : "./asking-thread.js";
  const worker = new Worker(new URL(file, import.meta.url), {
    workerData: { port: port2, signal, rules },
    transferList: [port2],
    // Nothing of the process's environment but what TLS may be allowed to read.
    ...(rules.tlsFiles ? {} : { env: {} }),
  });
  worker.on("error", () => Atomics.notify(signal, 0));
  worker.unref();
  port.unref();
  return { worker, port, signal };
}

/** Added to a deadline for the way there and back, and for the thread's start. */
const GRACE_MILLISECONDS = 1_000;

function waitForAnswer({ port, signal }: AskingThread, question: NetworkQuestion): NetworkAnswer | undefined {
  Atomics.store(signal, 0, 0);
  port.postMessage(question);
  const outcome = Atomics.wait(signal, 0, 0, question.deadlineMilliseconds + GRACE_MILLISECONDS);
  if (outcome === "timed-out") return undefined;
  return receiveMessageOnPort(port)?.message as NetworkAnswer | undefined;
}
