import type { DecisionRecord } from "../decision/decision-record.ts";
import type { CallContext, ProposedAction } from "../tool/tool-definition.ts";
import { validateArguments } from "../tool/validate-arguments.ts";
import type { ActDependencies } from "./act.ts";
import { startDeadline } from "./deadline.ts";
import { decideAction, fault, refusalRecord, type Subject } from "./decide-action.ts";
import { recordableName } from "./recordable-name.ts";

/** The decision that an action would get now. Nothing is stored, started or held. */
export async function checkAction(
  dependencies: Pick<ActDependencies, "policies" | "store" | "clock" | "limits" | "tools">,
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
  const deadline = startDeadline(dependencies.limits.deadlineMs);
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
    return await decideAction(dependencies, { request, tool, subject, deadline, actionId: null });
  } finally {
    deadline.end();
  }
}
