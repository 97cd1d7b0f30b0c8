import type { CallContext, Governor } from "@flyball/governor";
import type { BasePlugin, BaseTool } from "@google/adk";
import { DeclaredTool, unknownToolName } from "./declared-tool.ts";
import type { CallOutcome, GovernedCall } from "./governed-call.ts";
import { GovernorPlugin } from "./governor-plugin.ts";
import type { ToolDeclaration } from "./tool-declaration.ts";

/** Which run of the framework a call belongs to. `userId` and `sessionId` are what the application gave to the runner. */
export interface Invocation {
  readonly userId: string;
  readonly sessionId: string;
  readonly invocationId: string;
}

/**
 * Who is asking in this run, from the application's verified request. Undefined, or a throw, where that is not known: every
 * call is then refused.
 */
export type CallerOf = (invocation: Invocation) => CallContext | undefined;

export interface GovernedAgentOptions {
  readonly governor: Governor;
  /** What the model may call. Everything else that an agent holds is kept from the model, and refused where it is called. */
  readonly tools: readonly ToolDeclaration[];
  readonly callerOf: CallerOf;
  /** Calls of one answer of a model; where there are more, none is decided. 128 if absent. */
  readonly maxCalls?: number;
  /** Awaited before the calls of one answer are decided. Where it throws, none of them is. */
  readonly onCalls?: (calls: readonly GovernedCall[]) => Promise<void> | void;
  /** Told about each outcome as soon as it is known, once for each call. */
  readonly onOutcome?: (call: GovernedCall, outcome: CallOutcome) => Promise<void> | void;
}

export interface GovernedAgent {
  /** The first plugin of the `Runner`. */
  readonly plugin: BasePlugin;
  /** The tools of the `LlmAgent`. */
  readonly tools: readonly BaseTool[];
}

/**
 * Puts every tool call of an agent through a governor.
 *
 * Throws a `TypeError` where a declaration names no registered tool, or two have one name.
 */
export function governAgent(options: GovernedAgentOptions): GovernedAgent {
  const { governor, maxCalls = 128 } = options;
  const registered = new Set(governor.tools());
  const declared = new Map<string, string | null>();
  for (const { name, proposes } of options.tools) {
    if (name === unknownToolName) throw new TypeError(`${name} stands for what is not declared, and cannot be`);
    if (declared.has(name)) throw new TypeError(`${name} is declared twice`);
    if (!registered.has(proposes ?? name))
      throw new TypeError(`${proposes ?? name} is not registered with the governor`);
    if (proposes !== undefined && registered.has(name)) throw new TypeError(`${name} is a tool, not a proposal`);
    declared.set(name, proposes ?? null);
  }
  if (!Number.isSafeInteger(maxCalls) || maxCalls < 1) throw new TypeError("maxCalls must be a whole number above 0");
  const tools = options.tools.map((declaration) => new DeclaredTool(declaration));
  return Object.freeze({ plugin: new GovernorPlugin({ ...options, maxCalls, declared }, tools), tools });
}
