// For those who come from an OPA server beside the application: the surface that they call today, answered by that server,
// by a module in this process, or by one of the two with the other compared behind it. In: a policy's input. Out: an
// effect, and DENY whenever there is no well-formed answer in time. It records nothing and governs nothing: `createGovernor`
// does. This folder is the only place of the package that opens a socket.

import { parseJson } from "@flyball/engine/values";
import type { Effect } from "../decision/decision.ts";
import type { PolicySource } from "../policy/action-policy.ts";
import { askModule } from "./ask-module.ts";
import { askServer, type InputText } from "./ask-server.ts";
import { type InputJson, inputJson } from "./input-json.ts";
import { openServerConnection, type ServerConnection, type ServerOptions } from "./server-connection.ts";
import { createShadowQueue, type ShadowQueue } from "./shadow-queue.ts";
import { compareAnswers, type ShadowReport } from "./shadow-report.ts";
import { closeAnswer, type SideAnswer } from "./side-answer.ts";

/** A module in this process: `{ policies: fixedPolicy(actionPolicy(policy, "finance/decision")) }`. */
export interface ModuleTarget {
  readonly policies: PolicySource;
  readonly url?: never;
}

/** An OPA server: `{ url: "http://127.0.0.1:8181/v1/data/finance/decision" }`. */
export interface ServerTarget extends ServerOptions {
  readonly policies?: never;
}

export interface ShadowOptions {
  /** Told about each difference, never before the answer is given. What it throws is counted and otherwise ignored. */
  readonly onDifference: (report: ShadowReport) => unknown;
  /** How many comparisons may wait or run; further ones are dropped and counted. 1,000 where absent. */
  readonly queueLimit?: number;
}

export type PolicyClientOptions = (ModuleTarget | ServerTarget) & {
  /** Asked beside, with no say in the answer. */
  readonly shadow?: (ModuleTarget | ServerTarget) & ShadowOptions;
};

/** Counts since the client was made. */
export interface PolicyClientStats {
  readonly answered: number;
  /** Answers that are DENY because there was no well-formed one. */
  readonly faults: number;
  readonly shadow: {
    readonly agreed: number;
    readonly differed: number;
    /** Not compared: the queue was full, or the client was closed. */
    readonly dropped: number;
    /** Not compared: asked again, the answering module said otherwise, since its input or the policy has changed meanwhile. */
    readonly unstable: number;
    /** Calls of `onDifference` that threw. */
    readonly failedReports: number;
  };
}

/** At most this many questions of a shadow are under way at once. */
const shadowParallel = 4;

type Side =
  | { readonly name: "module"; readonly policies: PolicySource }
  | { readonly name: "server"; readonly connection: ServerConnection };

interface Shadow {
  readonly side: Side;
  readonly queue: ShadowQueue;
  readonly onDifference: ShadowOptions["onDifference"];
}

/**
 * `evaluatePolicy` and `checkPolicy` never reject: a server that is slow, gone or answers nonsense, and a policy that is
 * undefined, faults or uses another word than the three, are all DENY. The constructor throws a `TypeError` on options
 * that make no sense.
 *
 * ```ts
 * const client = new PolicyClient({ url: "http://127.0.0.1:8181/v1/data/finance/decision", timeoutMs: 250 });
 * if (await client.checkPolicy({ role: "junior", amount: 4000 })) placeOrder();
 * ```
 */
export class PolicyClient {
  readonly #side: Side;
  readonly #shadow: Shadow | undefined;
  #answered = 0;
  #faults = 0;
  readonly #compared = { agreed: 0, differed: 0, dropped: 0, unstable: 0, failedReports: 0 };

  constructor(options: PolicyClientOptions) {
    this.#side = openSide(options);
    const { shadow } = options;
    if (shadow === undefined) return;
    const { onDifference, queueLimit = 1_000 } = shadow;
    if (typeof onDifference !== "function") throw new TypeError("shadow.onDifference must be a function");
    if (!Number.isInteger(queueLimit) || queueLimit < 1) throw new TypeError("shadow.queueLimit must be 1 or more");
    const queue = createShadowQueue({ limit: queueLimit, parallel: shadowParallel });
    this.#shadow = { side: openSide(shadow), queue, onDifference };
  }

  /** `undefined` is "no input"; `null`, `false`, `0` and `""` are inputs. Change nothing in it before the next turn of the event loop where there is a shadow. */
  async evaluatePolicy(input: unknown): Promise<Effect> {
    const side = this.#side;
    // A server needs the text anyway; for a module's shadow it is made later, so that it costs the answer nothing.
    const json = side.name === "server" ? requestText(input) : undefined;
    const answer = side.name === "module" ? askModule(side.policies, input) : await askText(side.connection, json);
    this.#answered += 1;
    if (answer.decision.cause === "governor") this.#faults += 1;
    this.#compareLater(answer, () => json ?? requestText(input));
    return answer.decision.effect;
  }

  /** Whether the answer is exactly ALLOW. */
  async checkPolicy(input: unknown): Promise<boolean> {
    return (await this.evaluatePolicy(input)) === "ALLOW";
  }

  stats(): PolicyClientStats {
    const { agreed, differed, dropped, unstable, failedReports } = this.#compared;
    const shadow = Object.freeze({ agreed, differed, dropped, unstable, failedReports });
    return Object.freeze({ answered: this.#answered, faults: this.#faults, shadow });
  }

  /** Waits for the comparisons that have begun or wait. */
  async drain(): Promise<void> {
    await this.#shadow?.queue.idle();
  }

  /** Drops the comparisons that wait and closes all connections; every later question to a server is DENY. */
  close(): void {
    this.#compared.dropped += this.#shadow?.queue.close() ?? 0;
    for (const side of [this.#side, this.#shadow?.side]) {
      if (side?.name === "server") side.connection.close();
    }
  }

  #compareLater(answer: SideAnswer, readInput: () => RequestText): void {
    const shadow = this.#shadow;
    if (shadow === undefined) return;
    const added = shadow.queue.add(async () => {
      try {
        await this.#compare(shadow, answer, readInput());
      } catch {
        // Nothing that happens here may reach anybody; a comparison that could not be made is one that was dropped.
        this.#compared.dropped += 1;
      }
    });
    if (!added) this.#compared.dropped += 1;
  }

  async #compare(shadow: Shadow, answer: SideAnswer, json: RequestText): Promise<void> {
    const side = this.#side;
    if (json !== undefined && !json.ok) {
      // Neither side can be asked about what is no JSON; the answer was input_invalid or reads none of it.
      this.#compared.dropped += 1;
      return;
    }
    const text = json?.text;
    if (side.name === "module" && askModule(side.policies, parsed(text)).decision.effect !== answer.decision.effect) {
      this.#compared.unstable += 1;
      return;
    }
    const other =
      shadow.side.name === "module"
        ? askModule(shadow.side.policies, parsed(text))
        : await askServer(shadow.side.connection, text);
    const report = compareAnswers({
      input: text,
      answered: { side: side.name, answer },
      shadow: { side: shadow.side.name, answer: other },
    });
    if (report === undefined) this.#compared.agreed += 1;
    else this.#report(shadow, report);
  }

  /** Waits for nothing that the application does: a report that never ends must not hold up the next comparison. */
  #report({ onDifference }: Shadow, report: ShadowReport): void {
    this.#compared.differed += 1;
    const failed = () => {
      this.#compared.failedReports += 1;
    };
    try {
      Promise.resolve(onDifference(report)).catch(failed);
    } catch {
      failed();
    }
  }
}

/** Undefined for "no input". */
type RequestText = InputJson | undefined;

function requestText(input: unknown): RequestText {
  return input === undefined ? undefined : inputJson(input);
}

function parsed(text: InputText): unknown {
  return text === undefined ? undefined : parseJson(text, { maxDepth: 600 });
}

async function askText(connection: ServerConnection, json: RequestText): Promise<SideAnswer> {
  if (json === undefined || json.ok) return await askServer(connection, json?.text);
  const evaluation = { kind: "fault", code: "input_invalid", message: json.message };
  return closeAnswer({ evaluation, policyDigest: null, entrypoint: null, startedAt: performance.now() });
}

function openSide(target: ModuleTarget | ServerTarget): Side {
  const { policies } = target;
  if ((policies === undefined) === (target.url === undefined)) {
    throw new TypeError("one of policies (a module in this process) and url (an OPA server) is needed, and not both");
  }
  if (target.url !== undefined) return { name: "server", connection: openServerConnection(target) };
  if (policies === undefined || typeof policies.current !== "function") {
    throw new TypeError("policies must have a function current");
  }
  return { name: "module", policies };
}

/** The name that those who come from the sidecar know. */
export { PolicyClient as OPAClient };
