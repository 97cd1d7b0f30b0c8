// What the ledger counts. An account is one dimension of one day ("client c-17 on 2026-11-23"); an allowed action reserves
// its amount on every account that it touches, in the commit of its decision, and the reservation becomes committed with
// the fill or is released. Policy alone judges limits; nothing here compares an amount with anything.

import type { RegoNumeric } from "@flyball/engine/values";

/** Names one account within a tenant. */
export interface LedgerAccount {
  /** `trader`, `client`, `symbol`, or what else a tool counts by; letters, digits, _. */
  readonly dimension: string;
  readonly name: string;
  /** The day of UTC, `2026-11-23`. */
  readonly day: string;
}

/** An account as it stood when it was read. An account that nothing has touched has version 0 and no amounts. */
export interface Balance extends LedgerAccount {
  /** Canonical decimal text; in one unit, which the tool chooses. */
  readonly committed: string;
  readonly reserved: string;
  /** Grows with every decision that counts on the account, not with what becomes of its reservation later. */
  readonly version: number;
}

/** What an action would move, as its tool says. */
export interface Exposure {
  /** Not negative; in one unit for all actions that share an account. */
  readonly amount: RegoNumeric;
  /** Names by dimension, such as `{ client: "c-17", symbol: "AAPL" }`. The dimension `trader` is the governor's own. */
  readonly accounts: Readonly<Record<string, string>>;
}

/** One entry of an action on the ledger. */
export interface Reservation extends LedgerAccount {
  readonly amount: string;
}
