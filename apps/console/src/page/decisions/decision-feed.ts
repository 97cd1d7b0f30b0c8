// What was decided, newest first: one list out of two sources. The log is asked now and again; what the conversation tells
// as it happens is put in at once, and gives way to the log's entry of the same id.

import { announce } from "../dom/announce.ts";
import { type Poll, poll } from "../dom/poll.ts";
import { describeAction } from "../format/describe-action.ts";
import type { Connection, Problem } from "../service/connection.ts";
import type {
  ChatAction,
  DecisionPage,
  DecisionRules,
  LoggedDecision,
  OutcomeName,
  PolicyRule,
} from "../service/views.ts";

/** A decision as the list shows it. */
export interface FeedEntry {
  readonly id: string;
  readonly effect: string;
  /** What became of the action, where the conversation told. */
  readonly outcome: OutcomeName | undefined;
  readonly tool: string;
  readonly arguments: unknown;
  readonly reasons: LoggedDecision["reasons"];
  /** Undefined until they have been asked for. */
  readonly rules: readonly PolicyRule[] | undefined;
  readonly durationNs: number | undefined;
  /** The evaluation alone, asked again; undefined until then, and where it cannot be. */
  readonly evaluationNs: number | undefined;
  readonly decidedAt: string;
  /** `jun · junior`; empty where it is the person at the page. */
  readonly who: string;
  /** `rev · reviewer`, where the action went on because of their approval. */
  readonly approvedBy: string | undefined;
}

export interface DecisionFeed {
  /** As it happens: said aloud, too. */
  readonly tell: (action: ChatAction) => void;
  /** As the conversation has it now, after a reload or a review. */
  readonly know: (actions: readonly ChatAction[]) => void;
  readonly older: () => Promise<void>;
  readonly hasOlder: () => boolean;
  readonly now: Poll["now"];
}

type Explanation = Pick<DecisionRules, "spoke"> & Partial<Pick<DecisionRules, "evaluation_ns">>;

const everyMs = 4_000;
const pageSize = 25;
/** Rules are asked for one by one, so only for what is seen first. */
const explained = 8;

export function startDecisionFeed(options: {
  readonly connection: Connection;
  readonly signal: AbortSignal;
  readonly me: { readonly issuer: string; readonly subject: string };
  readonly onChange: (entries: readonly FeedEntry[]) => void;
  readonly onProblem: (problem: Problem | undefined) => void;
}): DecisionFeed {
  const { connection, signal, me, onChange, onProblem } = options;
  const entries = new Map<string, FeedEntry>();
  const explanations = new Map<string, Explanation>();
  let next: string | null = null;
  let isFirst = true;

  const sorted = (): readonly FeedEntry[] =>
    [...entries.values()].sort((one, other) => (one.decidedAt < other.decidedAt ? 1 : -1));
  const show = (): void => onChange(sorted());

  const take = (decision: LoggedDecision): void => {
    const known = entries.get(decision.id);
    const isMine = decision.principal.issuer === me.issuer && decision.principal.subject === me.subject;
    entries.set(decision.id, {
      id: decision.id,
      effect: decision.effect,
      outcome: known?.outcome,
      tool: decision.tool,
      arguments: known?.arguments ?? argumentsIn(decision.input),
      reasons: decision.reasons,
      rules: explanations.get(decision.id)?.spoke ?? known?.rules,
      durationNs: decision.duration_ns,
      evaluationNs: explanations.get(decision.id)?.evaluation_ns,
      decidedAt: decision.decided_at,
      who: isMine ? "" : `${decision.principal.subject} · ${decision.principal.role}`,
      approvedBy: approverOf(decision),
    });
  };

  const load = async (cursor: string | undefined): Promise<void> => {
    const query = new URLSearchParams({ limit: String(pageSize), ...(cursor === undefined ? {} : { cursor }) });
    const answer = await connection.get<DecisionPage>(`/v1/decisions?${query}`);
    if (signal.aborted) return;
    onProblem(answer.ok ? undefined : answer.problem);
    if (!answer.ok) return;
    for (const decision of answer.value.decisions) take(decision);
    if (cursor !== undefined || isFirst) next = answer.value.next;
    isFirst = false;
    show();
    await explainNewest();
  };

  const explainNewest = async (): Promise<void> => {
    for (const { id } of sorted().slice(0, explained)) {
      if (signal.aborted) return;
      if (explanations.has(id)) continue;
      const answer = await connection.get<DecisionRules>(`/v1/decisions/${id}/rules`);
      if (!answer.ok && answer.problem.status === 0) return;
      const explanation: Explanation = answer.ok ? answer.value : { spoke: [] };
      explanations.set(id, explanation);
      const entry = entries.get(id);
      if (signal.aborted || entry === undefined) return;
      entries.set(id, { ...entry, rules: explanation.spoke, evaluationNs: explanation.evaluation_ns });
      show();
    }
  };

  const put = (action: ChatAction): void => {
    const { decision } = action;
    if (decision === undefined) return;
    const known = entries.get(decision.id);
    entries.set(decision.id, {
      id: decision.id,
      effect: decision.effect,
      outcome: action.outcome,
      tool: action.tool,
      arguments: action.arguments,
      reasons: decision.reasons,
      rules: known?.rules ?? decision.rules,
      durationNs: known?.durationNs ?? decision.duration_ns,
      evaluationNs: known?.evaluationNs,
      decidedAt: decision.decided_at,
      who: "",
      approvedBy: known?.approvedBy,
    });
  };

  const polling = poll(everyMs, signal, () => load(undefined));
  return {
    tell: (action) => {
      const isNew = action.decision !== undefined && !entries.has(action.decision.id);
      put(action);
      if (isNew) announce(`${spoken[action.outcome]}: ${describeAction(action.tool, action.arguments)}`);
      show();
    },
    know: (actions) => {
      for (const action of actions) put(action);
      show();
    },
    older: () => load(next ?? undefined),
    hasOlder: () => next !== null,
    now: polling.now,
  };
}

const spoken: Readonly<Record<OutcomeName, string>> = {
  executed: "Executed",
  refused: "Refused",
  suspended: "Waits for a review",
  failed: "Failed",
  unknown: "Outcome unknown",
  pending: "Under way",
  proposed: "Proposed",
};

/** Who had approved the action that was decided here. */
export function approverOf(decision: LoggedDecision): string | undefined {
  const by = fieldOf(fieldOf(decision.provenance, "approval"), "by");
  const [subject, role] = [fieldOf(by, "subject"), fieldOf(by, "role")];
  return typeof subject === "string" && typeof role === "string" ? `${subject} · ${role}` : undefined;
}

/** The record keeps what the policy reads, which may be less than the whole of the arguments. */
export function argumentsIn(input: unknown): unknown {
  const action = fieldOf(input, "action");
  return fieldOf(action, "arguments");
}

function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}
