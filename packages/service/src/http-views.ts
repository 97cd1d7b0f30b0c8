/**
 * The shapes of answers over HTTP, as types alone: for pages and clients. What is a `bigint` here is a number in JSON.
 */
export type { ActionView } from "./http/action-view.ts";
export type { ActionView as ChatActionView, ShownDecision } from "./http/chat/action-view.ts";
export type { ConversationView, MessageView } from "./http/chat/view-conversation.ts";
export type { DecisionRecordView, DecisionView } from "./http/decision-view.ts";
export type { HaltEventView, HaltView } from "./http/halt-view.ts";
export type { MeView } from "./http/me-routes.ts";
export type { PageFile, PageIdentity } from "./http/page/page-options.ts";
export type { ReviewView } from "./http/review-view.ts";
export type { ProblemDocument } from "./problem/problem.ts";
