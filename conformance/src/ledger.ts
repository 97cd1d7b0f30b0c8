import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export interface ExpectedFailure {
  readonly file: string;
  readonly note: string;
  readonly index: number;
  /** Why the case fails, so that a Rego expert can judge it. */
  readonly reason: string;
}

const LEDGER = fileURLToPath(new URL("../expected-failures.json", import.meta.url));

/** The cases that are known to fail, by `caseKey`. */
export function readLedger(): ReadonlyMap<string, ExpectedFailure> {
  if (!existsSync(LEDGER)) return new Map();
  const entries = JSON.parse(readFileSync(LEDGER, "utf8")) as readonly ExpectedFailure[];
  return new Map(entries.map((entry) => [caseKey(entry), entry]));
}

export function caseKey({ file, note, index }: Pick<ExpectedFailure, "file" | "note" | "index">): string {
  return JSON.stringify([file, note, index]);
}
