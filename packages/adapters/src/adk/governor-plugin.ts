// The plugin itself: where the framework calls, and what it is told. A model's answer is read and given ids of ours; the calls
// that the framework announces are decided as a set when it comes to the first of them; each is answered here, so that the
// framework itself never runs a tool.

import type { CallContext, Governor } from "@flyball/governor";
import { BasePlugin, type BaseTool, isLlmAgent } from "@google/adk";
import { type CallBook, type CallSet, createCallBook, type Outcomes } from "./call-book.ts";
import { type DecideOptions, decideCalls, recordRefusal, unasked } from "./decide-calls.ts";
import { DeclaredTool, unknownToolName } from "./declared-tool.ts";
import type { GovernedAgentOptions } from "./govern-agent.ts";
import type { CallOutcome } from "./governed-call.ts";
import { type ReadCall, readResponse } from "./read-response.ts";
import { tellModel } from "./tell-model.ts";

type ModelRequest = Parameters<BasePlugin["beforeModelCallback"]>[0];
type ModelResponse = Parameters<BasePlugin["afterModelCallback"]>[0];
type ToolCall = Parameters<BasePlugin["beforeToolCallback"]>[0];
type RunEvent = Parameters<BasePlugin["onEventCallback"]>[0];
type ModelAnswered = ReturnType<BasePlugin["beforeModelCallback"]>;
type Answer = NonNullable<Awaited<ReturnType<BasePlugin["beforeToolCallback"]>>>;

interface PluginOptions extends Omit<GovernedAgentOptions, "tools">, DecideOptions {
  readonly governor: Governor;
  readonly maxCalls: number;
}

/** An executor runs code that stands in the text of an answer, past every callback: such an agent is not asked. */
const codeIsRun: Awaited<ModelAnswered> = Object.freeze({
  content: {
    role: "model",
    parts: [{ text: "This agent would run code that nobody decides on, so its model is not asked." }],
  },
});

export class GovernorPlugin extends BasePlugin {
  readonly #options: PluginOptions;
  readonly #tools: readonly BaseTool[];
  /** Names, by the step of the framework that they were shown in. */
  readonly #shown: WeakMap<object, ReadonlySet<string>> = new WeakMap();
  readonly #unknown: BaseTool = new DeclaredTool({ name: unknownToolName, description: "" });
  readonly #book: CallBook = createCallBook();

  constructor(options: PluginOptions, tools: readonly BaseTool[]) {
    super("flyball-governor");
    this.#options = options;
    this.#tools = tools;
  }

  /** The model is shown the declared tools that the agent has, and nothing that would run without being asked about. */
  override beforeModelCallback({ callbackContext, llmRequest }: ModelRequest): ModelAnswered {
    const { agent } = callbackContext.invocationContext;
    if (isLlmAgent(agent) && agent.codeExecutor !== undefined) return Promise.resolve(codeIsRun);
    const given: Readonly<Record<string, BaseTool>> = llmRequest.toolsDict;
    const shown = this.#tools.filter((tool) => Object.hasOwn(given, tool.name) && given[tool.name] === tool);
    this.#shown.set(callbackContext.invocationContext, new Set(shown.map(({ name }) => name)));
    // Without a prototype: the framework looks names up with `in`.
    const tools = Object.create(null) as Record<string, BaseTool>;
    for (const tool of [...shown, this.#unknown]) tools[tool.name] = tool;
    llmRequest.toolsDict = tools;
    if (llmRequest.config !== undefined) {
      const functionDeclarations = shown.map((tool) => tool._getDeclaration()).filter((one) => one !== undefined);
      llmRequest.config.tools = functionDeclarations.length > 0 ? [{ functionDeclarations }] : [];
    }
    return Promise.resolve(undefined);
  }

  override afterModelCallback({ callbackContext, llmResponse }: ModelResponse): Promise<ModelResponse["llmResponse"]> {
    const shown = this.#shown.get(callbackContext.invocationContext);
    const { response, calls, called } = readResponse(llmResponse, {
      isDeclared: (name) => shown?.has(name) === true,
      // The framework takes the prefix for one of its own, and does not send such ids to a model.
      newId: () => `adk-${crypto.randomUUID()}`,
      maxCalls: this.#options.maxCalls,
    });
    const set = this.#book.add(calls);
    if (called > calls.length) set.deciding = this.#refuseAll({ set, called }, this.#callerOf(callbackContext));
    return Promise.resolve(response);
  }

  override onEventCallback({ event }: RunEvent): Promise<undefined> {
    const calls = event.content?.parts?.flatMap(({ functionCall }) =>
      functionCall === undefined ? [] : [functionCall.id],
    );
    if (calls !== undefined && calls.length > 0) this.#book.announce(calls);
    return Promise.resolve(undefined);
  }

  /** Always answers, so the framework never goes on to run a tool. */
  override async beforeToolCallback({ tool, toolArgs, toolContext }: ToolCall): Promise<Answer> {
    const caller = this.#callerOf(toolContext);
    const taken = this.#book.take(toolContext.functionCallId, tool.name, toolArgs);
    if (taken === undefined) {
      const detail = { tool: tool.name.slice(0, 64) };
      const outcome = await recordRefusal(this.#options, caller, { why: "unissued_call", detail });
      return tellModel({ tool: detail.tool }, outcome);
    }
    const { call, set } = taken;
    set.deciding ??= this.#decide(set.announced ?? [], caller);
    const known = (await set.deciding).get(call.id);
    const outcome = await (known ?? (await this.#decide([call], caller)).get(call.id));
    if (outcome === undefined) throw new Error("a call that was decided has no outcome");
    return tellModel(call, outcome);
  }

  async #decide(calls: readonly ReadCall[], caller: CallContext | undefined): Promise<Outcomes> {
    const isNoted = await this.#note(calls);
    const outcomes = isNoted
      ? decideCalls(this.#options, caller, calls)
      : calls.map(() => Promise.resolve(unasked("the call could not be noted beforehand")));
    return this.#told(calls, outcomes);
  }

  async #refuseAll(
    { set, called }: { readonly set: CallSet; readonly called: number },
    caller: CallContext | undefined,
  ): Promise<Outcomes> {
    await this.#note(set.calls);
    const outcome = recordRefusal(this.#options, caller, { why: "too_many_calls", detail: { called } });
    return this.#told(
      set.calls,
      set.calls.map(() => outcome),
    );
  }

  async #note(calls: readonly ReadCall[]): Promise<boolean> {
    try {
      if (calls.length > 0) await this.#options.onCalls?.(calls);
      return true;
    } catch {
      return false;
    }
  }

  #told(calls: readonly ReadCall[], outcomes: readonly Promise<CallOutcome>[]): Outcomes {
    const told = calls.map(async (call, index) => {
      const outcome = await outcomes[index];
      if (outcome === undefined) throw new Error("there are fewer outcomes than calls");
      try {
        await this.#options.onOutcome?.(call, outcome);
      } catch {
        // What has happened has happened; the model is told, whoever else could not be.
      }
      return outcome;
    });
    return new Map(calls.map(({ id }, index) => [id, told[index] as Promise<CallOutcome>]));
  }

  #callerOf({ invocationContext }: ToolCall["toolContext"]): CallContext | undefined {
    const { invocationId, session } = invocationContext;
    try {
      return this.#options.callerOf({ invocationId, userId: session.userId, sessionId: session.id });
    } catch {
      return undefined;
    }
  }
}
