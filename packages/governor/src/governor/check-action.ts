import type { ActionRequest } from "../action/action-request.ts";
import type { DecisionRecord } from "../decision/decision-record.ts";
import type { Basis } from "../store/store.ts";
import type { CallContext, ProposedAction, RegisteredTool } from "../tool/tool-definition.ts";
import { validateArguments } from "../tool/validate-arguments.ts";
import type { ActDependencies } from "./act.ts";
import { startDeadline } from "./deadline.ts";
import { decideAction, fault, type GovernorFault, refusalRecord, type Subject } from "./decide-action.ts";
import { type Claim, tryClaim } from "./exposure-claim.ts";
import { recordableName } from "./recordable-name.ts";

/** The decision that an action would get now. Nothing is stored, started or held. */
export async function checkAction(
  dependencies: Pick<ActDependencies, "policies" | "store" | "clock" | "limits" | "tools" | "configuration">,
  context: CallContext,
  action: ProposedAction,
): Promise<DecisionRecord> {
  const { clock, tools } = dependencies;
  const subject: Subject = {
    kind: "check",
    principal: context.principal,
    session: context.session,
    tool: recordableName(action.tool),
    startedNs: clock.elapsedNs(),
  };
  const deadline = startDeadline(Math.min(dependencies.limits.deadlineMs, context.deadlineMs ?? Infinity));
  try {
    const tool = tools.get(action.tool);
    if (tool === undefined) return refusalRecord(clock, { subject, fault: fault("tool_unknown"), actionDigest: null });
    const args = await deadline.race(validateArguments(tool.schema, action.arguments));
    if (args === "late") {
      return refusalRecord(clock, { subject, fault: fault("deadline_exceeded"), actionDigest: null });
    }
    if (!args.ok) {
      const why = { kind: "fault", code: "arguments_invalid", issues: args.issues } as const;
      return refusalRecord(clock, { subject, fault: why, actionDigest: null });
    }
    const { principal, session } = context;
    const request = { principal, session, tool: tool.name, arguments: args.value };
    const now = clock.now();
    const basis = await basisOf(dependencies, { tool, request, now });
    if (basis.kind === "fault") return refusalRecord(clock, { subject, fault: basis, actionDigest: null });
    return await decideAction(dependencies, {
      request,
      tool,
      subject,
      deadline,
      actionId: null,
      now,
      approval: null,
      ...basis.found,
    });
  } finally {
    deadline.end();
  }
}

type Found =
  | { readonly kind: "found"; readonly found: { readonly basis: Basis; readonly claim: Claim | undefined } }
  | GovernorFault;

async function basisOf(
  { store }: Pick<ActDependencies, "store">,
  { tool, request, now }: { readonly tool: RegisteredTool; readonly request: ActionRequest; readonly now: number },
): Promise<Found> {
  const claimed = tryClaim(tool, request, now);
  if (!claimed.ok) return fault("facts_unavailable");
  const { claim } = claimed;
  try {
    const { tenant } = request.principal;
    const basis = await store.readBasis({ tenant, accounts: claim?.accounts ?? [] });
    return { kind: "found", found: { basis, claim } };
  } catch {
    return fault("store_unavailable");
  }
}
