// The step that cannot be taken back. In: an action whose ALLOW is on disk in state `executing`. Out: its outcome, which
// is told to the caller only once it is on disk too. The tool is called exactly once.

import { canonicalNumber, compareNumbers, numberText } from "@flyball/engine/values";
import { type PlainValue, toPlainValue } from "../action/plain-value.ts";
import type { Clock } from "../clock.ts";
import type { DecisionRecord } from "../decision/decision-record.ts";
import type { Outcome, ToolError } from "../outcome/outcome.ts";
import type { SettleAction, Store } from "../store/store.ts";
import { StoreError } from "../store/store-error.ts";
import type { RegisteredTool } from "../tool/tool-definition.ts";
import { ToolFailure } from "../tool/tool-failure.ts";
import type { Deadline } from "./deadline.ts";
import type { GovernorLimits } from "./governor-limits.ts";

export interface RunDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly limits: GovernorLimits;
  /** Everything that must be waited for before the store may be closed. */
  readonly unfinished: Set<Promise<unknown>>;
}

interface Run {
  readonly tool: RegisteredTool;
  readonly record: DecisionRecord;
  readonly actionId: string;
  readonly arguments: PlainValue;
  /** Of the action as it was committed. */
  readonly version: number;
  readonly deadline: Deadline;
  /** True where a halt came between the decision and the start. */
  readonly isHalted?: boolean;
}

type Settlement =
  | { readonly state: "executed"; readonly result: unknown }
  | { readonly state: "failed" | "unknown"; readonly error: ToolError };

const lateError: ToolError = Object.freeze({
  code: "tool_outcome_unknown",
  message: "The tool did not answer before the deadline; it is not known whether it took effect.",
});
const thrownError: ToolError = Object.freeze({
  code: "tool_outcome_unknown",
  message: "The tool failed without saying whether it took effect.",
});
const unsettledError: ToolError = Object.freeze({
  code: "tool_outcome_unknown",
  message: "The tool has answered, but its answer could not be stored.",
});
const tooLate: Settlement = notStarted("The deadline passed before the tool was started.");
const halted: Settlement = notStarted("Actions of this kind were halted before the tool was started.");

function notStarted(message: string): Settlement {
  return Object.freeze({ state: "failed", error: Object.freeze({ code: "tool_failed", message }) });
}

export function runAction(dependencies: RunDependencies, run: Run): Promise<Outcome<unknown>> {
  const { unfinished } = dependencies;
  const outcome = runOnce(dependencies, run).finally(() => {
    unfinished.delete(outcome);
  });
  unfinished.add(outcome);
  return outcome;
}

async function runOnce(dependencies: RunDependencies, run: Run): Promise<Outcome<unknown>> {
  const { deadline } = run;
  const expectedVersion = run.version;
  if (run.isHalted === true) return answer(dependencies, run, { settlement: halted, expectedVersion });
  if (deadline.passed()) return answer(dependencies, run, { settlement: tooLate, expectedVersion });
  const work = execute(run);
  const settlement = await deadline.race(work);
  if (settlement !== "late") return answer(dependencies, run, { settlement, expectedVersion });
  settleLater(dependencies, run, work);
  return answer(dependencies, run, { settlement: { state: "unknown", error: lateError }, expectedVersion });
}

/** Never rejects: whatever a tool does becomes a settlement. */
async function execute({ tool, record, actionId, arguments: args, deadline }: Run): Promise<Settlement> {
  const { principal, session } = record;
  try {
    const options = { idempotencyKey: actionId, signal: deadline.signal, principal, session };
    const result = await tool.execute(args, options);
    return { state: "executed", result };
  } catch (error) {
    const message = failureMessage(error);
    if (message !== undefined) return { state: "failed", error: { code: "tool_failed", message } };
    if (tool.readOnly) return { state: "failed", error: { code: "tool_failed", message: "The tool failed." } };
    return { state: "unknown", error: thrownError };
  }
}

/** Undefined where it is no `ToolFailure`. What was thrown may be anything, also what fails when it is looked at. */
function failureMessage(error: unknown): string | undefined {
  try {
    if (!(error instanceof ToolFailure)) return undefined;
    const message: unknown = error.message;
    return typeof message === "string" ? message.slice(0, 2_000).toWellFormed() : "The tool failed.";
  } catch {
    return undefined;
  }
}

/** A tool that answers after its deadline: the row has moved on to `unknown`, one version up, and is settled from there. */
function settleLater(dependencies: RunDependencies, run: Run, work: Promise<Settlement>): void {
  const later = work
    .then((settlement) => settle(dependencies, run, { settlement, expectedVersion: run.version + 1 }))
    .finally(() => dependencies.unfinished.delete(later));
  dependencies.unfinished.add(later);
}

interface Settling {
  readonly settlement: Settlement;
  readonly expectedVersion: number;
}

async function answer(dependencies: RunDependencies, run: Run, settling: Settling): Promise<Outcome<unknown>> {
  const stored = { decision: run.record.decision, recorded: true } as const;
  const { settlement } = settling;
  const { actionId } = run;
  const durable = await settle(dependencies, run, settling);
  if (!durable) return { ...stored, outcome: "unknown", error: unsettledError, actionId };
  if (settlement.state === "executed") return { ...stored, outcome: "executed", result: settlement.result };
  if (settlement.state === "failed") return { ...stored, outcome: "failed", error: settlement.error };
  return { ...stored, outcome: "unknown", error: settlement.error, actionId };
}

/** Offers the settlement to the store until it is taken or the time for it is over; whether it is on disk. */
async function settle(dependencies: RunDependencies, run: Run, settling: Settling): Promise<boolean> {
  const { store, clock, limits } = dependencies;
  const command = settleCommand(run, settling, clock.now());
  const end = clock.elapsedNs() + BigInt(limits.settleMs) * 1_000_000n;
  for (let pause = 10; ; pause = Math.min(pause * 2, 500)) {
    try {
      return (await store.settleAction(command)).kind === "committed";
    } catch (error) {
      const isClosed = error instanceof StoreError && error.code === "closed";
      if (isClosed || clock.elapsedNs() >= end) return false;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}

function settleCommand(run: Run, { settlement, expectedVersion }: Settling, at: number): SettleAction {
  const { principal } = run.record;
  const base = { principal, actionId: run.actionId, expectedVersion, at };
  if (settlement.state !== "executed") return { ...base, state: settlement.state, error: settlement.error };
  return { ...base, ...executedCommand(run.tool, run.arguments, settlement.result) };
}

/** What is stored of a tool's result. One that cannot be read as the tool says counts as what was reserved. */
export function executedCommand(
  tool: RegisteredTool,
  args: PlainValue,
  result: unknown,
): Pick<SettleAction, "state" | "result" | "filled"> {
  const plain = toPlainValue(result);
  const filled = filledText(tool, args, result);
  return {
    state: "executed",
    ...(plain.ok ? { result: plain.value } : {}),
    ...(filled === undefined ? {} : { filled }),
  };
}

function filledText(tool: RegisteredTool, args: PlainValue, result: unknown): string | undefined {
  if (tool.filled === undefined) return undefined;
  try {
    const filled = canonicalNumber(tool.filled(args, result));
    return compareNumbers(filled, 0) < 0 ? undefined : numberText(filled);
  } catch {
    return undefined;
  }
}
