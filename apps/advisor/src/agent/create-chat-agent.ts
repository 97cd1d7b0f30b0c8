// The advisor that people talk to. In: a governor with the advisor's tools, and which model speaks. Out: an agent for the
// service. The framework is loaded when the first turn needs it: a service to which nobody speaks starts without it.

import type { Governor } from "@flyball/governor";
import type { ChatAgent } from "@flyball/service";
import type { BaseLlm } from "@google/adk";
import type { ModelSettings } from "../start/read-model.ts";
import type { TurnBudget } from "./budgeted-model.ts";
import { describeCall } from "./describe-call.ts";

export interface ChatAgentOptions {
  readonly governor: Governor;
  readonly model: ModelSettings;
  readonly budget?: Partial<TurnBudget>;
  /** In place of the model of the settings; called once, at the first turn. */
  readonly loadModel?: () => Promise<BaseLlm>;
}

const simulated = ["market data", "execution", "clients"] as const;

export function createChatAgent(options: ChatAgentOptions): ChatAgent {
  const { governor, model, budget } = options;
  let loading: ReturnType<typeof load> | undefined;

  async function load() {
    const [{ converse }, { defaultBudget }, speaker] = await Promise.all([
      import("./converse.ts"),
      import("./budgeted-model.ts"),
      (options.loadModel ?? (() => loadModel(model)))(),
    ]);
    const parts = { governor, model: speaker, budget: { ...defaultBudget, ...budget } };
    return (turn: Parameters<ChatAgent["converse"]>[0]) => converse(parts, turn);
  }

  return {
    name: "advisor",
    model: model.kind === "offline" ? "offline" : model.name,
    simulated,
    describe: describeCall,
    converse: async (turn) => {
      loading ??= load();
      try {
        return await (await loading)(turn);
      } catch (error) {
        // The next person may have more luck.
        loading = undefined;
        return { kind: "model", message: error instanceof Error ? error.message : String(error) };
      }
    },
  };
}

async function loadModel(settings: ModelSettings): Promise<BaseLlm> {
  if (settings.kind === "offline") {
    const { OfflineModel } = await import("./offline/offline-model.ts");
    return new OfflineModel();
  }
  const { Gemini } = await import("@google/adk");
  if (settings.kind === "api-key") return new Gemini({ model: settings.name });
  const { name, project, location } = settings;
  return new Gemini({ model: name, vertexai: true, project, location });
}
