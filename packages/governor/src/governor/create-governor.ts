import type { StandardSchemaV1 } from "@standard-schema/spec";
import { type Clock, systemClock } from "../clock.ts";
import type { Decision } from "../decision/decision.ts";
import type { Outcome } from "../outcome/outcome.ts";
import type { PolicySource } from "../policy/action-policy.ts";
import type { Store } from "../store/store.ts";
import type {
  ActContext,
  CallContext,
  ProposedAction,
  RegisteredTool,
  ToolDefinition,
} from "../tool/tool-definition.ts";
import { type ActDependencies, act } from "./act.ts";
import { checkAction } from "./check-action.ts";
import { checkContext } from "./check-context.ts";
import { createCheckLog } from "./check-log.ts";
import { defaultLimits, type GovernorLimits } from "./governor-limits.ts";

export interface GovernorOptions {
  readonly policies: PolicySource;
  readonly store: Store;
  readonly clock?: Clock;
  readonly limits?: Partial<GovernorLimits>;
}

/** A tool behind the governor: called with who asks and what the model proposes, it never throws for what they did. */
export type GovernedTool<Result> = (context: ActContext, args: unknown) => Promise<Outcome<Result>>;

export interface Governor {
  /** Registers the tool and returns the only way to call it. Throws where the name is taken or malformed. */
  readonly governTool: <Schema extends StandardSchemaV1, Result>(
    tool: ToolDefinition<Schema, Result>,
  ) => GovernedTool<Result>;
  /** Runs a registered tool by name; a name that is not registered is refused with `tool_unknown`. */
  readonly act: (context: ActContext, action: ProposedAction) => Promise<Outcome<unknown>>;
  /** Would this be allowed? Runs nothing, holds nothing; recorded in batches. */
  readonly check: (context: CallContext, action: ProposedAction) => Promise<Decision>;
  /** Names of the registered tools. */
  readonly tools: () => readonly string[];
  /** Whether an action could be decided and stored now; otherwise what stands in the way. */
  readonly readiness: () => Promise<Readiness>;
  /** Waits for tools in flight and for checks to be stored. The store stays open: it belongs to the caller. */
  readonly drain: () => Promise<void>;
}

export type Readiness =
  | { readonly ready: true }
  | { readonly ready: false; readonly code: "policy_unavailable" | "store_unavailable" };

const toolName = /^[a-z][a-z0-9_]{0,63}$/;

/**
 * The decision core. It opens nothing by itself: the policy source says which module is asked, the store keeps what must
 * not be lost. Whatever fails, an action that was not allowed and recorded is not executed.
 */
export function createGovernor(options: GovernorOptions): Governor {
  const { policies, store, clock = systemClock } = options;
  const limits = checkLimits({ ...defaultLimits, ...options.limits });
  const tools = new Map<string, RegisteredTool>();
  const checks = createCheckLog(store, limits);
  const running: ActDependencies["running"] = new Map();
  const unfinished: ActDependencies["unfinished"] = new Set();
  const dependencies: ActDependencies = { policies, store, clock, limits, tools, running, unfinished };

  return Object.freeze({
    governTool: <Schema extends StandardSchemaV1, Result>(tool: ToolDefinition<Schema, Result>) => {
      const { name } = tool;
      if (!toolName.test(name)) throw new TypeError(`"${name}" is no name for a tool: use a-z, 0-9 and _`);
      if (tools.has(name)) throw new TypeError(`a tool named ${name} is governed already`);
      tools.set(name, register(tool));
      return async (context: ActContext, args: unknown) =>
        // The outcome of this tool carries what this tool's `execute` returned.
        (await act(dependencies, checkContext(context), { tool: name, arguments: args })) as Outcome<Result>;
    },
    act: async (context: ActContext, action: ProposedAction) => act(dependencies, checkContext(context), action),
    check: async (context: CallContext, action: ProposedAction) => {
      const record = await checkAction(dependencies, checkContext(context), action);
      checks.add(record);
      return record.decision;
    },
    tools: () => [...tools.keys()],
    readiness: async () => {
      if (policies.current() === undefined) return { ready: false, code: "policy_unavailable" } as const;
      try {
        await store.probe();
        return { ready: true } as const;
      } catch {
        return { ready: false, code: "store_unavailable" } as const;
      }
    },
    drain: async () => {
      while (unfinished.size > 0) await Promise.allSettled(unfinished);
      await checks.flush();
    },
  });
}

function register<Schema extends StandardSchemaV1, Result>(tool: ToolDefinition<Schema, Result>): RegisteredTool {
  // The arguments that reach `facts` and `execute` are the schema's own output, which is what its types promise.
  const { facts, execute } = tool as unknown as Pick<RegisteredTool, "facts" | "execute">;
  return Object.freeze({ name: tool.name, schema: tool.schema, readOnly: tool.readOnly ?? false, facts, execute });
}

function checkLimits(limits: GovernorLimits): GovernorLimits {
  for (const [name, value] of Object.entries(limits)) {
    if (!Number.isSafeInteger(value) || value < 1) throw new TypeError(`limits.${name} must be a whole number above 0`);
  }
  return Object.freeze(limits);
}
