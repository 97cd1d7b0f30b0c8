// One turn of the advisor on Google's agent kit. In: what the person says and said before, a model, a governor. Out: the reply in
// pieces, and every call of the model by way of the governor. This file and what it imports are loaded when the first person
// speaks; nothing of a turn outlives it.

import { governAgent } from "@flyball/adapters/adk";
import type { Governor } from "@flyball/governor";
import type { ChatEnding, ChatTurnRequest } from "@flyball/service";
import { type BaseLlm, type Event, InMemorySessionService, LlmAgent, Runner, setLogger } from "@google/adk";
import { BudgetedModel, type TurnBudget } from "./budgeted-model.ts";
import { instruction } from "./instruction.ts";
import { pastEvents } from "./past-events.ts";
import { toolDeclarations } from "./tool-declarations.ts";

// What goes wrong is told by the turn's ending; the framework would print it, with what people wrote.
setLogger(null);

const agentName = "advisor";
const sessionKey = { appName: "advisor", userId: "person", sessionId: "turn" } as const;
const toolNames: ReadonlySet<string> = new Set(toolDeclarations.map(({ name }) => name));

export interface ConverseParts {
  readonly governor: Governor;
  readonly model: BaseLlm;
  readonly budget: TurnBudget;
}

export async function converse(parts: ConverseParts, turn: ChatTurnRequest): Promise<ChatEnding> {
  const { signal } = turn;
  const model = new BudgetedModel(parts.model, { budget: parts.budget, signal });
  const { plugin, tools } = governAgent({
    governor: parts.governor,
    tools: toolDeclarations,
    callerOf: () => turn.caller(),
    onCalls: turn.onCalls,
    onOutcome: turn.onOutcome,
  });
  const agent = new LlmAgent({
    name: agentName,
    description: "The advisor of a trading desk.",
    model,
    // A function: in a text the framework would replace what stands in braces.
    instruction: () => instruction,
    tools: [...tools],
    disallowTransferToParent: true,
    disallowTransferToPeers: true,
    generateContentConfig: { temperature: 0, maxOutputTokens: 8_192 },
  });
  const sessionService = new InMemorySessionService();
  const session = await sessionService.createSession(sessionKey);
  for (const event of pastEvents(turn.history, agentName, toolNames))
    await sessionService.appendEvent({ session, event });
  const runner = new Runner({ appName: sessionKey.appName, agent, plugins: [plugin], sessionService });
  const newMessage = { role: "user", parts: [{ text: turn.message }] };
  const { userId, sessionId } = sessionKey;
  let fault: string | undefined;
  let hasSpoken = false;
  try {
    for await (const event of runner.runAsync({ userId, sessionId, newMessage, abortSignal: signal })) {
      if (event.errorCode !== undefined) fault = `${event.errorCode}: ${event.errorMessage ?? ""}`;
      const text = spokenText(event);
      if (text === "") continue;
      turn.onText(hasSpoken ? `\n${text}` : text);
      hasSpoken = true;
    }
  } catch (error) {
    fault = error instanceof Error ? error.message : String(error);
  }
  if (model.spent !== undefined) {
    const text = `I stop here: the ${model.spent} that one turn may take are used up. What was done until now is shown.`;
    turn.onText(hasSpoken ? `\n${text}` : text);
    return { kind: "budget" };
  }
  if (fault !== undefined) return { kind: "model", message: withoutKeys(fault) };
  return hasSpoken ? { kind: "replied" } : { kind: "model", message: "it said nothing" };
}

function spokenText({ author, partial, content }: Event): string {
  if (author !== agentName || partial === true) return "";
  const parts = content?.parts ?? [];
  return parts
    .map(({ text, thought }) => (text === undefined || thought === true ? "" : text))
    .join("")
    .trim();
}

/** Errors of a model go to the log, and some repeat the address that was asked, with its key. */
function withoutKeys(text: string): string {
  return text.slice(0, 500).replace(/AIza[\w-]+|\b(key|token)=[^&\s]+/gi, "(key)");
}
