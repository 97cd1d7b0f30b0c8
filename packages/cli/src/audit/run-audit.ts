import { loadBuiltins } from "@flyball/builtins";
import { COMPILER_VERSION } from "@flyball/compiler";
import { type AuditFinding, auditDecision, type DecisionAudit, type Store } from "@flyball/governor";
import type { Call, ExitStatus } from "../command.ts";
import type { AuditFlags } from "../commands/audit.ts";
import { countOf } from "../sources/source-flags.ts";
import { type Paint, painter } from "../terminal/paint.ts";
import { UsageError } from "../usage-error.ts";
import { openAuditedStore } from "./open-audited-store.ts";

/** What the advisor and every host that takes its built-ins from this release tell the governor about them. */
const BUILTINS_FROM = `@flyball/builtins ${COMPILER_VERSION}`;
const DEFAULT_LAST = 20;
const PAGE = 500;

export async function runAudit({ flags, positionals, output }: Call<AuditFlags>): Promise<ExitStatus> {
  const { tenant, database } = flags;
  const path = database ? undefined : positionals[0];
  const ids = database ? positionals : positionals.slice(1);
  if (path === undefined && !database) throw new UsageError("audit needs the file of a store, or --database");
  if (tenant === undefined) throw new UsageError("audit needs --tenant TENANT: a store holds the decisions of several");
  const last = countOf("last", flags.last);
  if (last !== undefined && ids.length > 0) throw new UsageError("audit takes ids or --last, not both");
  try {
    const store = await openAuditedStore(path);
    try {
      const wanted = ids.length > 0 ? ids : await latest(store, tenant, last ?? DEFAULT_LAST);
      const audits: DecisionAudit[] = [];
      for (const id of wanted) audits.push(await auditOne(store, tenant, id));
      const isLong = ids.length > 0;
      output.out(flags.json ? jsonText(audits) : text(audits, { isLong, paint: painter(output.colours.out) }));
      return audits.every(({ result }) => result === "holds") ? 0 : 1;
    } finally {
      await store.close();
    }
  } catch (error) {
    // By its name: the driver of PostgreSQL brings a copy of its own where the command is packed.
    if (!(error instanceof Error && error.name === "StoreError")) throw error;
    throw new UsageError([{ file: path ?? "DATABASE_URL", message: error.message }]);
  }
}

async function latest(store: Store, tenant: string, count: number): Promise<readonly string[]> {
  const ids: string[] = [];
  let before: number | undefined;
  do {
    const limit = Math.min(PAGE, count - ids.length);
    const page = await store.listDecisions({ tenant, limit, ...(before === undefined ? {} : { before }) });
    ids.push(...page.records.map(({ decision }) => decision.id));
    before = page.next ?? undefined;
  } while (before !== undefined && ids.length < count);
  return ids;
}

async function auditOne(store: Store, tenant: string, id: string): Promise<DecisionAudit> {
  const options = { store, tenant, id, builtins: loadBuiltins };
  // A host may have said where its built-ins come from, or nothing.
  const named = await auditDecision({ ...options, builtinsFrom: BUILTINS_FROM });
  if (named === undefined) throw new UsageError(`${tenant} has no decision ${id}`);
  const isOpen = named.findings.some(({ statement, result }) => statement === "decision" && result === "unknown");
  return isOpen ? ((await auditDecision(options)) ?? named) : named;
}

function jsonText(audits: readonly DecisionAudit[]): string {
  const decisions = audits.map(({ record, action, findings, result }) => ({
    id: record.decision.id,
    decided_at: record.decision.decidedAt,
    effect: record.decision.effect,
    tool: record.tool,
    subject: record.principal.subject,
    role: record.principal.role,
    action: action === undefined ? null : { id: action.id, state: action.state },
    result,
    findings,
  }));
  return `${JSON.stringify({ decisions, ...countsOf(audits) }, undefined, 2)}\n`;
}

function countsOf(audits: readonly DecisionAudit[]): Readonly<Record<AuditFinding["result"], number>> {
  const counts = { holds: 0, fails: 0, unknown: 0 };
  for (const { result } of audits) counts[result] += 1;
  return counts;
}

const STYLES = { holds: "green", fails: "red", unknown: "yellow" } as const;

function text(audits: readonly DecisionAudit[], { isLong, paint }: { isLong: boolean; paint: Paint }): string {
  const lines = audits.flatMap((audit) => {
    const { decision, tool, principal } = audit.record;
    const head = `${decision.id}  ${decision.decidedAt}  ${decision.effect}  ${tool}  ${principal.subject} (${principal.role})`;
    // What does not hold is always told in full.
    const shown = audit.findings.filter(({ result }) => isLong || result !== "holds");
    return [
      `${paint(STYLES[audit.result], audit.result.padEnd(7))}  ${head}`,
      ...shown.map(({ statement, result, detail }) => `         ${statement.padEnd(13)} ${result.padEnd(7)} ${detail}`),
    ];
  });
  const { holds, fails, unknown } = countsOf(audits);
  return `${[...lines, `${holds} hold, ${fails} fail, ${unknown} unknown`].join("\n")}\n`;
}
