/**
 * The governor for Google's Agent Development Kit (`@google/adk` 2).
 *
 * In: a governor, the tools that a model may call, and who is asking (from the application, never from the model). Out: tools
 * without any execution of their own for an agent, and a plugin through which every call must go: it is decided, recorded and
 * executed by the governor, and the model reads what became of it. It must not execute anything itself, and whatever it does
 * not expect (another tool, an id that is not its own, arguments that changed) is refused.
 */

export {
  type CallerOf,
  type GovernedAgent,
  type GovernedAgentOptions,
  governAgent,
  type Invocation,
} from "./govern-agent.ts";
export type { CallOutcome, GovernedCall, ProposalOutcome } from "./governed-call.ts";
export { type ModelAnswer, tellModel } from "./tell-model.ts";
export type { ToolDeclaration } from "./tool-declaration.ts";
