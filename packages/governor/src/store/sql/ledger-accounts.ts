import {
  addNumbers,
  canonicalNumber,
  compareNumbers,
  numberText,
  type RegoNumeric,
  subtractNumbers,
} from "@flyball/engine/values";
import type { Balance, LedgerAccount } from "../../ledger/ledger.ts";
import { StoreError } from "../store-error.ts";
import type { Row, SqlCall } from "./program.ts";
import { integer, text } from "./rows.ts";

export function readAccount(tenant: string, { dimension, name, day }: LedgerAccount): SqlCall {
  return { statement: "readAccount", parameters: { tenant, dimension, name, day } };
}

/** The account as it stands, from the rows of `readAccount`: one that nothing was ever counted on has no row. */
export function balanceOf({ dimension, name, day }: LedgerAccount, row: Row | undefined): Balance {
  if (row === undefined) return { dimension, name, day, committed: "0", reserved: "0", version: 0 };
  return balanceFromRow({ ...row, dimension, name, day });
}

export function balanceFromRow(row: Row): Balance {
  return Object.freeze({
    dimension: text(row, "dimension"),
    name: text(row, "name"),
    day: text(row, "day"),
    committed: figure(row, "committed"),
    reserved: figure(row, "reserved"),
    version: integer(row, "version"),
  });
}

/** What was moved or may be moved is never below nothing: such a figure would leave more room under a limit than there is. */
function figure(row: Row, column: string): string {
  const amount = decimal(text(row, column));
  if (compareNumbers(amount, 0) < 0) throw new StoreError("corrupt", "an amount of the ledger is negative");
  return numberText(amount);
}

interface Change {
  /** Decimal text; added. */
  readonly reserved?: string;
  readonly committed?: string;
  /** Decimal text; taken off what is reserved. */
  readonly released?: string;
}

/**
 * Writes the account as it stands after the change, exactly. Its version grows with a decision that counts on it, also where
 * no figure changes; not with what becomes of a reservation, which could as well have come after whatever was decided meanwhile.
 */
export function writeAccount(tenant: string, before: Balance, change: Change): SqlCall {
  const { reserved = "0", committed = "0", released } = change;
  const left = subtractNumbers(addNumbers(decimal(before.reserved), decimal(reserved)), decimal(released ?? "0"));
  return {
    statement: "writeAccount",
    parameters: {
      tenant,
      dimension: before.dimension,
      name: before.name,
      day: before.day,
      committed: numberText(addNumbers(decimal(before.committed), decimal(committed))),
      reserved: numberText(left),
      more: released === undefined ? 1 : 0,
    },
  };
}

function decimal(source: string): RegoNumeric {
  try {
    return canonicalNumber(source);
  } catch (error) {
    throw new StoreError("corrupt", "an amount of the ledger is no decimal", { cause: error });
  }
}
