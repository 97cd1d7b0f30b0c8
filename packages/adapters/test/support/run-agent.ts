import { type CallOutcome, type GovernedAgentOptions, type GovernedCall, governAgent } from "@flyball/adapters/adk";
import {
  BaseLlm,
  type BaseLlmConnection,
  type BasePlugin,
  createEvent,
  type Event,
  InMemorySessionService,
  LlmAgent,
  type LlmRequest,
  type LlmResponse,
  LogLevel,
  Runner,
  setLogLevel,
} from "@google/adk";
import { type Desk, principal } from "./governed-desk.ts";

setLogLevel(LogLevel.ERROR);

type Part = NonNullable<NonNullable<LlmResponse["content"]>["parts"]>[number];

/** What a model answers at one step; a function sees what it was sent. */
export type Step = object | ((request: LlmRequest) => unknown);

export function calls(...list: readonly (readonly [name: unknown, args?: unknown, id?: string | undefined])[]): object {
  const parts = list.map(([name, args, id]) => ({ functionCall: { name, args, ...(id === undefined ? {} : { id }) } }));
  return { content: { role: "model", parts } };
}

export function says(text: string): object {
  return { content: { role: "model", parts: [{ text }] } };
}

/** A model that answers what it is told to, whatever the types say. */
export class ScriptedModel extends BaseLlm {
  readonly requests: LlmRequest[] = [];
  readonly #steps: Step[];

  constructor(steps: readonly Step[]) {
    super({ model: "scripted" });
    this.#steps = [...steps];
  }

  // biome-ignore lint/suspicious/useAwait: what a model answers comes as an asynchronous generator
  override async *generateContentAsync(request: LlmRequest): AsyncGenerator<LlmResponse, void> {
    this.requests.push(structuredClone({ contents: request.contents, config: request.config }) as LlmRequest);
    const step = this.#steps.shift() ?? says("done");
    yield (typeof step === "function" ? step(request) : step) as LlmResponse;
  }

  override connect(): Promise<BaseLlmConnection> {
    throw new Error("there is no live model");
  }

  /** The answers to the calls of the step before the last request. */
  answers(): readonly Record<string, unknown>[] {
    const parts: readonly Part[] = this.requests.at(-1)?.contents.at(-1)?.parts ?? [];
    return parts.flatMap(({ functionResponse }) =>
      functionResponse?.response === undefined ? [] : [functionResponse.response],
    );
  }
}

export interface Ran {
  readonly events: readonly Event[];
  readonly outcomes: { readonly call: GovernedCall; readonly outcome: CallOutcome }[];
  readonly model: ScriptedModel;
}

export interface RunOptions extends Partial<GovernedAgentOptions> {
  readonly agent?: Partial<ConstructorParameters<typeof LlmAgent>[0]>;
  readonly before?: readonly BasePlugin[];
  /** Events that are in the session already. */
  readonly history?: readonly Partial<Event>[];
  readonly message?: readonly Part[];
}

const shape = { type: "object", properties: { account: { type: "string" }, amount: { type: "number" } } };
export const declarations = [
  { name: "pay", description: "pays", parameters: shape },
  { name: "look", description: "looks", parameters: shape },
  { name: "ask_to_pay", description: "asks", parameters: shape, proposes: "pay" },
] as const;

/** One turn through the framework's own runner. */
export async function runAgent(desk: Desk, steps: readonly Step[], options: RunOptions = {}): Promise<Ran> {
  const { agent = {}, before = [], history = [], message = [{ text: "go" }], ...more } = options;
  const model = new ScriptedModel(steps);
  const outcomes: Ran["outcomes"] = [];
  const { plugin, tools } = governAgent({
    governor: desk.governor,
    tools: declarations,
    callerOf: () => ({ principal, session: "s-1" }),
    onOutcome: (call, outcome) => void outcomes.push({ call, outcome }),
    ...more,
  });
  const sessionService = new InMemorySessionService();
  const session = await sessionService.createSession({ appName: "test", userId: "jun", sessionId: "s-1" });
  for (const event of history) await sessionService.appendEvent({ session, event: createEvent(event) });
  const runner = new Runner({
    appName: "test",
    agent: new LlmAgent({ name: "clerk", model, tools: [...tools], ...agent }),
    plugins: [...before, plugin],
    sessionService,
  });
  const events: Event[] = [];
  const newMessage = { role: "user", parts: [...message] };
  for await (const event of runner.runAsync({ userId: "jun", sessionId: "s-1", newMessage })) events.push(event);
  return { events, outcomes, model };
}
