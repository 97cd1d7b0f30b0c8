// A model that can be relied on to stop. In: any model. Out: the same within the steps and tokens of one turn, which ends when
// its signal says so even where the model does not listen, and whose answers are of a size that can be kept.

import { BaseLlm, type BaseLlmConnection, type LlmRequest, type LlmResponse } from "@google/adk";

export interface TurnBudget {
  /** How often the model may be asked. */
  readonly steps: number;
  /** As the model counts them, or a quarter of the characters where it does not say. */
  readonly tokens: number;
  /** Calls of its answers together; it is not asked again beyond them. */
  readonly calls: number;
}

export const defaultBudget: TurnBudget = Object.freeze({ steps: 8, tokens: 100_000, calls: 256 });

/** Answers of one step; a model that goes on is cut off. */
const maxAnswers = 256;
const maxTextCharacters = 32_768;

type Exhausted = "steps" | "tokens" | "calls";

export class BudgetedModel extends BaseLlm {
  readonly #inner: BaseLlm;
  readonly #signal: AbortSignal;
  #steps: number;
  #tokens: number;
  #calls: number;
  #spent: Exhausted | undefined;

  constructor(inner: BaseLlm, { budget, signal }: { readonly budget: TurnBudget; readonly signal: AbortSignal }) {
    super({ model: inner.model });
    this.#inner = inner;
    this.#signal = signal;
    this.#steps = budget.steps;
    this.#tokens = budget.tokens;
    this.#calls = budget.calls;
  }

  /** What ran out, where something did. */
  get spent(): Exhausted | undefined {
    return this.#spent;
  }

  override async *generateContentAsync(request: LlmRequest, stream?: boolean): AsyncGenerator<LlmResponse, void> {
    if (this.#steps <= 0) this.#end("steps");
    if (this.#tokens <= 0) this.#end("tokens");
    if (this.#calls <= 0) this.#end("calls");
    this.#steps -= 1;
    const answers = this.#inner.generateContentAsync(request, stream, this.#signal);
    try {
      for (let count = 0; ; count += 1) {
        const next = await this.#before(answers.next());
        if (next.done === true) return;
        if (count >= maxAnswers) throw new Error("the model does not come to an end");
        const answer: unknown = next.value;
        if (typeof answer !== "object" || answer === null) throw new Error("the model's answer is no object");
        this.#tokens -= tokensOf(request, next.value);
        this.#calls -= callsIn(next.value);
        yield shortened(next.value);
      }
    } finally {
      // Not waited for: a model that does not answer does not end either.
      void answers.return().catch(() => {});
    }
  }

  override connect(request: LlmRequest): Promise<BaseLlmConnection> {
    return this.#inner.connect(request);
  }

  #end(what: Exhausted): never {
    this.#spent = what;
    throw new Error(`the turn's ${what} are used up`);
  }

  async #before<Result>(work: Promise<Result>): Promise<Result> {
    const signal = this.#signal;
    let stop: () => void = () => {};
    const cut = new Promise<never>((_resolve, reject) => {
      stop = () => reject(new Error("the turn is over"));
      if (signal.aborted) stop();
      signal.addEventListener("abort", stop, { once: true });
    });
    try {
      return await Promise.race([work, cut]);
    } finally {
      signal.removeEventListener("abort", stop);
      work.catch(() => {});
    }
  }
}

function tokensOf(request: LlmRequest, { usageMetadata, content }: LlmResponse): number {
  const counted: unknown = usageMetadata?.totalTokenCount;
  if (typeof counted === "number" && counted > 0) return counted;
  return Math.ceil((textLength(request.contents) + textLength(content)) / 4);
}

function callsIn({ content }: LlmResponse): number {
  const parts: unknown = content?.parts;
  if (!Array.isArray(parts)) return 0;
  return parts.filter((part: unknown) => typeof part === "object" && part !== null && "functionCall" in part).length;
}

function textLength(value: unknown): number {
  try {
    return JSON.stringify(value)?.length ?? 0;
  } catch {
    return maxTextCharacters;
  }
}

function shortened(answer: LlmResponse): LlmResponse {
  const parts: unknown = answer.content?.parts;
  if (!Array.isArray(parts)) return answer;
  for (const part of parts as { text?: unknown }[]) {
    if (typeof part?.text === "string" && part.text.length > maxTextCharacters) {
      part.text = `${part.text.slice(0, maxTextCharacters).toWellFormed()} ...`;
    }
  }
  return answer;
}
