// Every problem document that the service can answer with, as data: docs/reference/http.md has a paragraph for each and
// test/problem/problem-catalogue.test.ts ties the three together. Codes are stable; titles and details may change.

export type ProblemCode =
  | "body_missing"
  | "body_not_json"
  | "body_not_utf8"
  | "body_too_deep"
  | "body_number_too_long"
  | "key_duplicate"
  | "field_missing"
  | "field_unknown"
  | "field_invalid"
  | "arguments_invalid"
  | "tool_unknown"
  | "idempotency_key_invalid"
  | "query_invalid"
  | "request_malformed"
  | "token_missing"
  | "token_invalid"
  | "token_expired"
  | "person_unknown"
  | "refused"
  | "route_unknown"
  | "session_unknown"
  | "turn_in_progress"
  | "session_full"
  | "model_unavailable"
  | "chat_busy"
  | "turn_deadline"
  | "decision_unknown"
  | "action_unknown"
  | "review_unknown"
  | "halt_unknown"
  | "approver_is_agent"
  | "approver_is_requester"
  | "approver_not_permitted"
  | "role_not_permitted"
  | "development_key_invalid"
  | "rules_unavailable"
  | "settler_is_requester"
  | "action_not_unknown"
  | "review_closed"
  | "review_expired"
  | "halted"
  | "method_not_allowed"
  | "request_timeout"
  | "idempotency_conflict"
  | "body_too_large"
  | "media_type_unsupported"
  | "headers_too_large"
  | "internal_error"
  | "tool_failed"
  | "policy_unavailable"
  | "facts_unavailable"
  | "store_unavailable"
  | "store_contended"
  | "identity_unavailable"
  | "overloaded"
  | "too_many_at_once"
  | "stopping"
  | "deadline_exceeded";

export interface ProblemDefinition {
  readonly status: number;
  readonly title: string;
  /** Seconds after which the same request may fare better; sent as Retry-After. */
  readonly retryAfter: number | undefined;
}

function define(status: number, title: string, retryAfter?: number): ProblemDefinition {
  return Object.freeze({ status, title, retryAfter });
}

export const problemCatalogue: Readonly<Record<ProblemCode, ProblemDefinition>> = Object.freeze({
  body_missing: define(400, "The request has no body"),
  body_not_json: define(400, "The body is not JSON"),
  body_not_utf8: define(400, "The body is not UTF-8"),
  body_too_deep: define(400, "The body is nested too deeply"),
  body_number_too_long: define(400, "A number in the body has too many digits"),
  key_duplicate: define(400, "A key stands twice in one object"),
  field_missing: define(400, "A field is missing"),
  field_unknown: define(400, "A field is unknown"),
  field_invalid: define(400, "A field is invalid"),
  arguments_invalid: define(400, "The arguments do not fit the tool"),
  tool_unknown: define(400, "There is no such tool"),
  idempotency_key_invalid: define(400, "The Idempotency-Key is invalid"),
  query_invalid: define(400, "The query string is invalid"),
  request_malformed: define(400, "The request is not HTTP as this service reads it"),
  token_missing: define(401, "No bearer token was given"),
  token_invalid: define(401, "The bearer token is not accepted"),
  token_expired: define(401, "The bearer token has expired"),
  person_unknown: define(403, "This person has no role here"),
  refused: define(403, "The action is refused"),
  approver_is_agent: define(403, "An agent has no word on a review"),
  approver_is_requester: define(403, "Nobody reviews their own action"),
  approver_not_permitted: define(403, "This role may not decide on this review"),
  settler_is_requester: define(403, "Nobody settles their own action"),
  role_not_permitted: define(403, "This role may not do this"),
  development_key_invalid: define(403, "Development tokens are not for this request"),
  route_unknown: define(404, "There is nothing at this address"),
  session_unknown: define(404, "There is no such session"),
  decision_unknown: define(404, "There is no such decision"),
  rules_unavailable: define(404, "The rules that made this decision cannot be shown"),
  action_unknown: define(404, "There is no such action"),
  review_unknown: define(404, "There is no such review"),
  halt_unknown: define(404, "There is no such halt"),
  method_not_allowed: define(405, "This address does not take this method"),
  request_timeout: define(408, "The request took too long to arrive"),
  idempotency_conflict: define(409, "The Idempotency-Key was used for another action"),
  action_not_unknown: define(409, "The outcome of this action is not unknown"),
  turn_in_progress: define(409, "The session has a turn under way", 1),
  session_full: define(409, "The session is full"),
  review_closed: define(409, "The review was decided already"),
  review_expired: define(410, "The review has expired"),
  body_too_large: define(413, "The body is too large"),
  media_type_unsupported: define(415, "The body is not application/json"),
  headers_too_large: define(431, "The request's headers are too large"),
  internal_error: define(500, "The service failed"),
  tool_failed: define(502, "The tool failed and nothing took effect"),
  too_many_at_once: define(429, "This person has too many requests in flight", 1),
  overloaded: define(503, "The service is busy", 1),
  model_unavailable: define(502, "The model gave no usable answer"),
  chat_busy: define(503, "As many turns as may be are under way", 1),
  policy_unavailable: define(503, "No policy is loaded", 5),
  facts_unavailable: define(503, "What the policy needs to know could not be obtained", 1),
  halted: define(503, "Actions of this kind are halted", 60),
  store_unavailable: define(503, "The decision could not be stored", 1),
  store_contended: define(503, "Too many actions changed the same records at once", 1),
  identity_unavailable: define(503, "The keys that verify tokens could not be fetched", 5),
  stopping: define(503, "The service is stopping", 1),
  turn_deadline: define(504, "The time for this turn is over"),
  deadline_exceeded: define(504, "The deadline passed before the action could begin", 1),
});

export function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(problemCatalogue, code);
}
