import type { Principal } from "../action/principal.ts";
import type { ActContext } from "../tool/tool-definition.ts";

/** The longest text that may name a tenant, issuer, subject or role. */
const maxNameLength = 512;
const maxSessionLength = 128;
const keyPattern = /^[\x21-\x7e]{1,255}$/;

export function isSessionName(value: unknown): value is string {
  return isName(value, maxSessionLength);
}

export function isIdempotencyKey(value: unknown): value is string {
  return typeof value === "string" && keyPattern.test(value);
}

/**
 * A frozen copy of who calls. The context is written by the application, so a wrong one is a fault of its code and throws
 * a `TypeError` rather than becoming a decision about somebody who is not known.
 */
export function checkContext(context: ActContext): ActContext {
  const principal = checkPrincipal(context.principal);
  const { session, deadlineMs, idempotencyKey, review } = context;
  if (!isSessionName(session)) throw new TypeError(`session must be 1 to ${maxSessionLength} characters`);
  if (deadlineMs !== undefined && !(Number.isSafeInteger(deadlineMs) && deadlineMs >= 0)) {
    throw new TypeError("deadlineMs must be a whole number, 0 or more");
  }
  if (idempotencyKey !== undefined && !isIdempotencyKey(idempotencyKey)) {
    throw new TypeError("idempotencyKey must be 1 to 255 visible ASCII characters");
  }
  if (review !== undefined && !isName(review, maxSessionLength)) {
    throw new TypeError(`review must be 1 to ${maxSessionLength} characters`);
  }
  return Object.freeze({
    principal,
    session,
    ...(deadlineMs === undefined ? {} : { deadlineMs }),
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    ...(review === undefined ? {} : { review }),
  });
}

/** A frozen copy of a person, with nothing else on it. Throws a `TypeError` where a name is none. */
export function checkPrincipal({ tenant, issuer, subject, role, agent }: Principal): Principal {
  const principal = { tenant, issuer, subject, role, ...(agent === undefined ? {} : { agent }) };
  for (const [field, value] of Object.entries(principal)) {
    if (!isName(value, maxNameLength))
      throw new TypeError(`principal.${field} must be 1 to ${maxNameLength} characters`);
  }
  return Object.freeze(principal);
}

export function isNameOrId(value: unknown): value is string {
  return isName(value, maxNameLength);
}

/** Control characters are no part of a name: databases cut text off at NUL, and two people would become one. */
function isName(value: unknown, maxLength: number): value is string {
  return isText(value) && value.length <= maxLength && value.isWellFormed() && !/\p{Cc}/u.test(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.length > 0;
}
