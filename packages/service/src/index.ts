/**
 * HTTP around the governor.
 *
 * In: a governor's parts (policy, store, identity, tools). Out: a service that listens, answers as docs/reference/http.md
 * says, and stops cleanly; or the reason why it must not start. It must not decide anything, and must not know who is
 * asking from anything but a verified token.
 */

export {
  createDataService,
  type DataServiceLimits,
  type DataServiceOptions,
  defaultDataServiceLimits,
} from "./data-api/create-data-service.ts";
export type { ServedPolicy } from "./data-api/served-policy.ts";
export type { ActionView } from "./http/chat/action-view.ts";
export type {
  ChatAgent,
  ChatCall,
  ChatEnding,
  ChatLimits,
  ChatOptions,
  ChatOutcome,
  ChatTurnRequest,
  PastMessage,
} from "./http/chat/chat-agent.ts";
export {
  createService,
  type Service,
  type ServiceAnswer,
  type ServiceFault,
  type ServiceOptions,
} from "./http/create-service.ts";
export type { PageFile, PageIdentity, PageOptions } from "./http/page/page-options.ts";
export { defaultServiceLimits, type ServiceLimits } from "./http/service-limits.ts";
export { developmentAudience, developmentIdentity, developmentIssuer } from "./identity/development-identity.ts";
export {
  type Identity,
  type IssuerOptions,
  issuerIdentity,
  type KeysAt,
  type ProxyOptions,
  proxyIdentity,
  type StandingAt,
} from "./identity/identity-settings.ts";
export type { TokenSettings } from "./identity/verify-token.ts";
export { type FieldError, type ProblemDocument, problemDocument } from "./problem/problem.ts";
export { type ProblemCode, type ProblemDefinition, problemCatalogue } from "./problem/problem-catalogue.ts";
export {
  type RunningService,
  type StartOptions,
  type StartRefusalCode,
  type StartResult,
  startService,
} from "./start/start-service.ts";
