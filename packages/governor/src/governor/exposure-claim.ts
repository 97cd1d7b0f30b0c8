// What an action would move, as the ledger counts it: the tool says how much and on whose accounts, the governor adds the
// person who acts and the day. In: the request. Out: accounts and an amount, or a fault; no limit is looked at here.

import { canonicalNumber, compareNumbers, numberText } from "@flyball/engine/values";
import type { ActionRequest } from "../action/action-request.ts";
import type { PlainValue } from "../action/plain-value.ts";
import type { Balance, LedgerAccount } from "../ledger/ledger.ts";
import type { RegisteredTool } from "../tool/tool-definition.ts";

export interface Claim {
  /** Decimal text. */
  readonly amount: string;
  readonly accounts: readonly LedgerAccount[];
}

const dimensionName = /^[a-z][a-z0-9_]{0,31}$/;
const maxNameLength = 512;

export type Claimed = { readonly ok: true; readonly claim: Claim | undefined } | { readonly ok: false };

/** The claim is undefined for a tool that moves nothing; there is none where the tool's own answer makes no sense. */
export function tryClaim(tool: RegisteredTool, request: ActionRequest, now: number): Claimed {
  try {
    return { ok: true, claim: claimOf(tool, request, now) };
  } catch {
    return { ok: false };
  }
}

function claimOf(tool: RegisteredTool, request: ActionRequest, now: number): Claim | undefined {
  if (tool.exposure === undefined) return undefined;
  const { principal } = request;
  const { amount, accounts } = tool.exposure({ principal, arguments: request.arguments });
  const exact = canonicalNumber(amount);
  if (compareNumbers(exact, 0) < 0) throw new RangeError("an exposure cannot be negative");
  const day = new Date(now).toISOString().slice(0, 10);
  const trader = JSON.stringify([principal.issuer, principal.subject]);
  const names = Object.entries(accounts).map(([dimension, name]) => accountOf(dimension, name, day));
  return { amount: numberText(exact), accounts: [{ dimension: "trader", name: trader, day }, ...names] };
}

function accountOf(dimension: string, name: string, day: string): LedgerAccount {
  if (dimension === "trader" || !dimensionName.test(dimension)) throw new TypeError(`no dimension: ${dimension}`);
  // As JSON a name holds no control character, which databases would cut off or refuse.
  const text = /\p{Cc}/u.test(name) ? JSON.stringify(name) : name;
  if (text.length > maxNameLength || !text.isWellFormed()) throw new TypeError(`no name of a ${dimension}`);
  return { dimension, name: text, day };
}

/** `input.exposure`: what is committed and reserved today, by dimension. */
export function exposureInput(balances: readonly Balance[]): PlainValue {
  return Object.freeze(
    Object.fromEntries(
      balances.map(({ dimension, committed, reserved }) => [
        dimension,
        Object.freeze({ committed: canonicalNumber(committed), reserved: canonicalNumber(reserved) }),
      ]),
    ),
  );
}
