import type { Clock } from "../clock.ts";
import type { DecisionRecord } from "../decision/decision-record.ts";
import type { ActionPolicy } from "./action-policy.ts";

/** A rule of the policy and where it is written. */
export interface PolicyRule {
  /** `finance.limits.deny` */
  readonly name: string;
  readonly file: string;
  /** 1 is the first. */
  readonly line: number;
}

/** The rules that succeeded for one decision. Rules that the compiler folded into others do not appear. */
export interface RulesOfDecision {
  /** Those whose word it was: every `deny` where one succeeded, else every `review`, else `allow` (policies/README.md). */
  readonly spoke: readonly PolicyRule[];
  readonly fired: readonly PolicyRule[];
  /** Asks five times more and answers what the fastest took: no facts, no ledger, no store. Nanoseconds. */
  readonly measure: () => bigint;
}

/**
 * Asks the policy once more, off the hot path, on the input that the record keeps. Undefined where no policy was asked, and
 * where the one that is loaded is not the one that decided.
 */
export function rulesOfRecord(
  record: DecisionRecord,
  policy: ActionPolicy | undefined,
  clock: Clock,
): RulesOfDecision | undefined {
  const { policyDigest, entrypoint } = record.decision;
  if (policy?.explain === undefined || record.input === null || policyDigest === null) return undefined;
  if (policyDigest !== policy.digest || entrypoint !== policy.entrypoint) return undefined;
  const fired = policy.explain(record.input);
  const measure = (): bigint => fastestOf(5, clock, () => policy.evaluate(record.input));
  return { spoke: rulesThatSpoke(fired, policy.entrypoint), fired, measure };
}

/** The package of the entrypoint only gathers what other packages say, so its rules count where no other has spoken. */
function rulesThatSpoke(fired: readonly PolicyRule[], entrypoint: string): readonly PolicyRule[] {
  const gathering = entrypoint.split("/").slice(0, -1).join(".");
  for (const word of ["deny", "review", "allow"]) {
    const said = fired.filter(({ name }) => name.endsWith(`.${word}`));
    const elsewhere = said.filter(({ name }) => name !== `${gathering}.${word}`);
    if (said.length > 0) return elsewhere.length > 0 ? elsewhere : said;
  }
  return fired.filter(({ name }) => name === entrypoint.replaceAll("/", "."));
}

/** Whatever else the machine does makes single times longer, never shorter. */
function fastestOf(times: number, clock: Clock, work: () => unknown): bigint {
  let fastest: bigint | undefined;
  for (let time = 0; time < times; time += 1) {
    const startNs = clock.elapsedNs();
    work();
    const tookNs = clock.elapsedNs() - startNs;
    if (fastest === undefined || tookNs < fastest) fastest = tookNs;
  }
  return fastest ?? 0n;
}
