// The model that needs no account: a deterministic parser of plain requests behind the framework's own interface. In: contents.
// Out: calls or text. It knows nothing but the conversation that it is handed, and decides nothing: its calls go the way of all
// others.

import { BaseLlm, type BaseLlmConnection, type LlmRequest, type LlmResponse } from "@google/adk";
import { readIntents } from "./intents.ts";
import { memoryOf } from "./memory.ts";
import { nextStep } from "./next-step.ts";
import { readContents } from "./read-contents.ts";

export class OfflineModel extends BaseLlm {
  constructor() {
    super({ model: "offline" });
  }

  // biome-ignore lint/suspicious/useAwait: what a model answers comes as an asynchronous generator
  override async *generateContentAsync({ contents }: LlmRequest): AsyncGenerator<LlmResponse, void> {
    const { past, message, calls } = readContents(contents);
    const memory = memoryOf(past);
    const step = nextStep(readIntents(message, memory), memory, calls);
    if (step.kind === "text") {
      yield { content: { role: "model", parts: [{ text: step.text }] } };
      return;
    }
    const parts = step.calls.map(({ tool, arguments: args }) => ({ functionCall: { name: tool, args: { ...args } } }));
    yield { content: { role: "model", parts } };
  }

  override connect(): Promise<BaseLlmConnection> {
    return Promise.reject(new Error("the offline model has no live connection"));
  }
}
