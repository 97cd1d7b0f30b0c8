import type { ActionRequest } from "../action/action-request.ts";
import type { PlainValue } from "../action/plain-value.ts";
import { InternalError } from "../internal-error.ts";

/** What the application knows about an action beside the request: market, client, exposure. Never from the model. */
export type Facts = Readonly<Record<string, PlainValue>>;

/** What Rego sees as `input`; policies/README.md lists the fields. */
export interface PolicyInput {
  readonly now_ns: bigint;
  readonly principal: { readonly id: string; readonly issuer: string; readonly tenant: string; readonly role: string };
  /** Who acts for the principal; absent where the principal acts. */
  readonly agent?: { readonly id: string };
  readonly action: { readonly tool: string; readonly arguments: PlainValue };
  readonly [fact: string]: PlainValue;
}

const ownFields = ["now_ns", "principal", "agent", "action"] as const;

/** `now` is in milliseconds since 1970-01-01 UTC. Throws where a fact would replace what the governor itself vouches for. */
export function buildPolicyInput(
  request: ActionRequest,
  { now, facts, exposure }: { now: number; facts: Facts; exposure?: PlainValue },
): PolicyInput {
  for (const field of ownFields) {
    if (Object.hasOwn(facts, field)) throw new InternalError(`facts must not contain "${field}"`);
  }
  if (exposure !== undefined && Object.hasOwn(facts, "exposure")) {
    throw new InternalError('facts must not contain "exposure" where the tool has an exposure');
  }
  const { subject, issuer, tenant, role, agent } = request.principal;
  return Object.freeze({
    ...facts,
    ...(exposure === undefined ? {} : { exposure }),
    now_ns: BigInt(now) * 1_000_000n,
    principal: Object.freeze({ id: subject, issuer, tenant, role }),
    ...(agent === undefined ? {} : { agent: Object.freeze({ id: agent }) }),
    action: Object.freeze({ tool: request.tool, arguments: request.arguments }),
  });
}
