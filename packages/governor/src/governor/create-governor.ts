import type { StandardSchemaV1 } from "@standard-schema/spec";
import { canonicalJson } from "../action/canonical-json.ts";
import type { Principal } from "../action/principal.ts";
import { type Clock, systemClock } from "../clock.ts";
import type { Decision } from "../decision/decision.ts";
import type { DecisionRecord } from "../decision/decision-record.ts";
import { governorVersion } from "../governor-version.ts";
import type { Halt, HaltEvent, HaltScope } from "../halt/halt.ts";
import type { Outcome } from "../outcome/outcome.ts";
import type { PolicySource } from "../policy/action-policy.ts";
import { sha256 } from "../policy/action-policy.ts";
import { type RulesOfDecision, rulesOfRecord } from "../policy/rules-of-record.ts";
import type { Store } from "../store/store.ts";
import type {
  ActContext,
  CallContext,
  ProposedAction,
  RegisteredTool,
  ToolDefinition,
} from "../tool/tool-definition.ts";
import { type ActDependencies, act, actOnTurn, type TurnItem } from "./act.ts";
import { checkAction } from "./check-action.ts";
import { checkContext, checkPrincipal } from "./check-context.ts";
import { checkHalt } from "./check-halt.ts";
import { createCheckLog } from "./check-log.ts";
import { defaultLimits, type GovernorLimits } from "./governor-limits.ts";
import { createArtifactKeeper } from "./keep-artifacts.ts";
import { createLanes } from "./lanes.ts";
import { type ReconcileReport, reconcile } from "./reconcile.ts";
import { type ReviewResolution, type ReviewWord, resolveReview } from "./resolve-review.ts";
import { type HandSettlement, type SettleByHand, settleByHand } from "./settle-by-hand.ts";
import { createTurns } from "./turns.ts";

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
  /**
   * Runs the tool calls of one turn as a set: what each is answered does not depend on their order. Outcomes come in the
   * order of the actions. Calls of one person and session that begin in one turn of the event loop are such a set anyway.
   */
  readonly actTogether: (context: CallContext, actions: readonly TurnAction[]) => Promise<readonly Outcome<unknown>[]>;
  /** A person's word on a suspended action. */
  readonly resolveReview: (by: Speaker, word: ReviewWord) => Promise<ReviewResolution>;
  /**
   * Settles what was left without an outcome, by asking its tool, and closes reviews whose time is over. `olderThanMs` is
   * how long an action must have rested: longer than any process may still be running it, or 0 where no other uses the store.
   */
  readonly reconcile: (options?: { readonly olderThanMs?: number }) => Promise<ReconcileReport>;
  /**
   * A person other than the requester states what became of an action that is `unknown`. Who may is for the application to
   * say; who did, and why, is a decision of its own in the log.
   */
  readonly settleByHand: (by: Speaker, statement: SettleByHand) => Promise<HandSettlement>;
  /** Stops what the scope says, for the next action on every instance that uses the store. Throws a `StoreError`. */
  readonly putHalt: (by: Speaker, halt: HaltWord) => Promise<void>;
  /** False where there is no such halt. Throws a `StoreError`. */
  readonly liftHalt: (by: Speaker, halt: HaltWord) => Promise<boolean>;
  /** What is halted for a tenant, and who put and lifted it. Throws a `StoreError`. */
  readonly halts: (
    tenant: string,
  ) => Promise<{ readonly halts: readonly Halt[]; readonly events: readonly HaltEvent[] }>;
  /** Would this be allowed? Runs nothing, holds nothing; recorded in batches. */
  readonly check: (context: CallContext, action: ProposedAction) => Promise<Decision>;
  /** Which rules made a decision; undefined where the policy that made it is not the one that is loaded, or none did. */
  readonly rulesOf: (record: DecisionRecord) => RulesOfDecision | undefined;
  /** Names of the registered tools. */
  readonly tools: () => readonly string[];
  /** Whether an action could be decided and stored now; otherwise what stands in the way. */
  readonly readiness: () => Promise<Readiness>;
  /**
   * Waits for tools in flight, at most `withinMs` where given (one of them may never answer), and for checks to be stored.
   * The store stays open: it belongs to the caller.
   */
  readonly drain: (options?: { readonly withinMs?: number }) => Promise<void>;
}

/** Who speaks, from a verified credential. */
export interface Speaker {
  readonly principal: Principal;
}

export interface TurnAction extends ProposedAction {
  readonly idempotencyKey?: string;
  readonly review?: string;
}

export interface HaltWord {
  readonly scope: HaltScope;
  /** 1 to 2,000 characters. */
  readonly reason: string;
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
  const settings = new TextEncoder().encode(canonicalJson({ governor: governorVersion, limits: { ...limits } }));
  const configuration = sha256(settings);
  const artifacts = createArtifactKeeper(store, { digest: configuration, kind: "configuration", bytes: settings });
  const turns = createTurns<TurnItem>((items) => {
    const deciding = actOnTurn(items).finally(() => unfinished.delete(deciding));
    unfinished.add(deciding);
  });
  const dependencies: ActDependencies = {
    policies,
    store,
    clock,
    configuration,
    limits,
    tools,
    running,
    unfinished,
    lanes: createLanes(),
    artifacts,
    turns,
  };

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
    actTogether: (context: CallContext, actions: readonly TurnAction[]) =>
      Promise.all(
        actions.map(({ idempotencyKey, review, ...action }) => {
          const more = {
            ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
            ...(review === undefined ? {} : { review }),
          };
          return act(dependencies, checkContext({ ...context, ...more }), action);
        }),
      ),
    resolveReview: async (by: Speaker, word: ReviewWord) =>
      resolveReview(dependencies, checkPrincipal(by.principal), word),
    reconcile: ({ olderThanMs = limits.deadlineMs + limits.settleMs + 1_000 } = {}) =>
      reconcile(dependencies, olderThanMs),
    settleByHand: async (by: Speaker, statement: SettleByHand) =>
      settleByHand(dependencies, checkPrincipal(by.principal), statement),
    putHalt: async (by: Speaker, halt: HaltWord) => {
      await store.putHalt({ ...checkHalt(halt), by: checkPrincipal(by.principal), at: clock.now() });
    },
    liftHalt: async (by: Speaker, halt: HaltWord) => {
      const command = { ...checkHalt(halt), by: checkPrincipal(by.principal), at: clock.now() };
      return (await store.liftHalt(command)).kind === "committed";
    },
    halts: (tenant: string) => store.listHalts(tenant),
    check: async (context: CallContext, action: ProposedAction) => {
      const record = await checkAction(dependencies, checkContext(context), action);
      checks.add(record);
      return record.decision;
    },
    rulesOf: (record: DecisionRecord) => rulesOfRecord(record, policies.current(), clock),
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
    drain: async ({ withinMs }: { readonly withinMs?: number } = {}) => {
      await settledWithin(unfinished, withinMs);
      await checks.flush();
    },
  });
}

/** Also what begins while others are waited for. */
async function settledWithin(unfinished: ReadonlySet<Promise<unknown>>, withinMs: number | undefined): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<"late">();
  const timer = withinMs === undefined ? undefined : setTimeout(() => resolve("late"), withinMs);
  while (unfinished.size > 0) {
    if ((await Promise.race([Promise.allSettled(unfinished), late])) === "late") break;
  }
  clearTimeout(timer);
}

function register<Schema extends StandardSchemaV1, Result>(tool: ToolDefinition<Schema, Result>): RegisteredTool {
  // The arguments that reach `facts` and `execute` are the schema's own output, which is what its types promise.
  const { facts, client, exposure, filled, reconcile: ask, execute } = tool as unknown as RegisteredTool;
  const { name, schema, readOnly = false } = tool;
  return Object.freeze({ name, schema, readOnly, facts, client, exposure, filled, reconcile: ask, execute });
}

function checkLimits(limits: GovernorLimits): GovernorLimits {
  for (const [name, value] of Object.entries(limits)) {
    if (!Number.isSafeInteger(value) || value < 1) throw new TypeError(`limits.${name} must be a whole number above 0`);
  }
  return Object.freeze(limits);
}
