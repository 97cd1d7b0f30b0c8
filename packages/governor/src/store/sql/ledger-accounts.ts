import { addNumbers, canonicalNumber, numberText, type RegoNumeric, subtractNumbers } from "@flyball/engine/values";
import type { Balance, LedgerAccount } from "../../ledger/ledger.ts";
import { StoreError } from "../store-error.ts";
import { type Program, type Row, run } from "./program.ts";
import { integer, text } from "./rows.ts";

/** The account as it stands. */
export function* readBalance(tenant: string, account: LedgerAccount): Program<Balance> {
  const { dimension, name, day } = account;
  const [row] = yield* run("readAccount", { tenant, dimension, name, day });
  if (row === undefined) return { dimension, name, day, committed: "0", reserved: "0", version: 0 };
  return balanceFromRow({ ...row, dimension, name, day });
}

export function balanceFromRow(row: Row): Balance {
  return Object.freeze({
    dimension: text(row, "dimension"),
    name: text(row, "name"),
    day: text(row, "day"),
    committed: numberText(decimal(text(row, "committed"))),
    reserved: numberText(decimal(text(row, "reserved"))),
    version: integer(row, "version"),
  });
}

interface Change {
  readonly tenant: string;
  readonly account: LedgerAccount;
  /** Decimal text; added. */
  readonly reserved?: string;
  readonly committed?: string;
  /** Decimal text; taken off what is reserved. */
  readonly released?: string;
}

/** Changes one account, exactly; its version grows. */
export function* addToAccount(change: Change): Program<void> {
  const { tenant, account, reserved = "0", committed = "0", released = "0" } = change;
  const before = yield* readBalance(tenant, account);
  const left = subtractNumbers(addNumbers(decimal(before.reserved), decimal(reserved)), decimal(released));
  yield* run("writeAccount", {
    tenant,
    dimension: account.dimension,
    name: account.name,
    day: account.day,
    committed: numberText(addNumbers(decimal(before.committed), decimal(committed))),
    reserved: numberText(left),
  });
}

/** The amounts stay, the version grows. */
export function touchAccount(tenant: string, account: LedgerAccount): Program<void> {
  return addToAccount({ tenant, account });
}

function decimal(source: string): RegoNumeric {
  try {
    return canonicalNumber(source);
  } catch (error) {
    throw new StoreError("corrupt", "an amount of the ledger is no decimal", { cause: error });
  }
}
