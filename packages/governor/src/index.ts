/**
 * The decision core for actions of agents, without any transport.
 *
 * In: who asks (verified), which tool, which arguments. Out: an outcome, `executed | refused | suspended | failed | unknown`,
 * and a stored decision. The policy judges; this package makes sure that nothing runs which it did not allow, that the
 * decision is on disk before anything happens, and that nothing happens twice. It must not open sockets (`PolicyClient`
 * does, for those who come from an OPA server), read a token, or know what a tool does.
 */
export { type ActionRequest, actionDigest } from "./action/action-request.ts";
export { canonicalJson } from "./action/canonical-json.ts";
export {
  isPlainRecord,
  type PlainLimits,
  type PlainResult,
  type PlainValue,
  plainLimits,
  toPlainValue,
} from "./action/plain-value.ts";
export type { Principal } from "./action/principal.ts";
export {
  type AuditFinding,
  type AuditOptions,
  type AuditStatement,
  auditDecision,
  type DecisionAudit,
} from "./audit/audit-decision.ts";
export {
  type ModuleTarget,
  OPAClient,
  PolicyClient,
  type PolicyClientOptions,
  type PolicyClientStats,
  type ServerTarget,
  type ShadowOptions,
} from "./client/policy-client.ts";
export type { ServerOptions } from "./client/server-connection.ts";
export type { ReportedAnswer, ShadowReport, SideName } from "./client/shadow-report.ts";
export { type Clock, systemClock } from "./clock.ts";
export { closeDecision, type DecisionContext } from "./decision/close-decision.ts";
export type { Decision, Effect, Obligations, Reason } from "./decision/decision.ts";
export type { DecisionRecord, Provenance } from "./decision/decision-record.ts";
export {
  isReasonCode,
  type ReasonCode,
  type ReasonDefinition,
  reasonCatalogue,
} from "./decision/reason-catalogue.ts";
export { isIdempotencyKey, isSessionName } from "./governor/check-context.ts";
export {
  createGovernor,
  type GovernedTool,
  type Governor,
  type GovernorOptions,
  type HaltWord,
  type Readiness,
  type Speaker,
  type TurnAction,
} from "./governor/create-governor.ts";
export { defaultLimits, type GovernorLimits } from "./governor/governor-limits.ts";
export { outcomeOf } from "./governor/outcome-of.ts";
export type { ReconcileReport } from "./governor/reconcile.ts";
export type { ReviewRefusalCode, ReviewResolution, ReviewWord } from "./governor/resolve-review.ts";
export type { HandSettlement, SettleByHand, SettleRefusalCode } from "./governor/settle-by-hand.ts";
export { governorVersion } from "./governor-version.ts";
export { type Halt, type HaltEvent, type HaltScope, haltScopeText } from "./halt/halt.ts";
export type { Balance, Exposure, LedgerAccount, Reservation } from "./ledger/ledger.ts";
export type { Outcome, ReviewTicket, ToolError } from "./outcome/outcome.ts";
export {
  type ActionPolicy,
  actionPolicy,
  fixedPolicy,
  type KeepOptions,
  type KeptBytes,
  type KeptPolicy,
  type PolicySource,
} from "./policy/action-policy.ts";
export { buildPolicyInput, type Facts, type PolicyInput } from "./policy/build-policy-input.ts";
export { partRead, type ReadPath } from "./policy/read-paths.ts";
export { type Recomputed, type RecomputeOptions, recompute } from "./policy/recompute.ts";
export type { PolicyRule, RulesOfDecision } from "./policy/rules-of-record.ts";
export { type SelfCheckFailure, selfCheck } from "./policy/self-check.ts";
export { approverRoles } from "./review/approver-roles.ts";
export type { Approval, ReviewState, ReviewVerdict, Variation, VariationBound } from "./review/review.ts";
export type {
  ActionQuery,
  ActionState,
  AddToTurn,
  Artifact,
  Basis,
  BasisQuery,
  BeginTurn,
  BegunTurn,
  ChatEntry,
  ChatQuery,
  ChatTurn,
  CloseReview,
  CommitDecision,
  CommitResult,
  DecisionListQuery,
  DecisionPage,
  DecisionQuery,
  ExpectedVersions,
  ExpiredReviewQuery,
  IdempotencyScope,
  NewAction,
  NewChatEntry,
  PendingReview,
  PutHalt,
  ResumeAction,
  ReviewListQuery,
  ReviewPage,
  SettleAction,
  Store,
  StoredAction,
  StoredChat,
  StoredReview,
  StoredReviewState,
  UnsettledAction,
  UnsettledQuery,
  UseApproval,
} from "./store/store.ts";
export { StoreError, type StoreErrorCode } from "./store/store-error.ts";
export type {
  ActContext,
  CallContext,
  ExecuteOptions,
  ExposureRequest,
  FactsRequest,
  ProposedAction,
  Reconciled,
  ToolDefinition,
} from "./tool/tool-definition.ts";
export { ToolFailure } from "./tool/tool-failure.ts";
