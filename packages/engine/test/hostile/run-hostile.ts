import type { Policy } from "@flyball/engine";
import { equalValues, type RegoValue } from "@flyball/engine/values";
import { HOSTILE_CLASSES, type HostileClass, isExpected } from "./hostile-classes.ts";

export interface ClassResult {
  readonly name: string;
  readonly ran: number;
  readonly asExpected: number;
  /** The first answer that was another. */
  readonly surprise: string | undefined;
}

const GOOD = Object.freeze({ role: "junior", amount: 4999.99, rows: Object.freeze([]) });
/** So many evaluations of a class, then one of a good input, then the next class. */
const TURN = 10;

/**
 * Runs so many evaluations of each class on one policy, the classes mixed, a good input after each turn. Throws where a good input's answer is not right.
 */
export function runHostile(
  policy: Policy,
  countOf: (hostile: HostileClass, name: string) => number,
): readonly ClassResult[] {
  const runs = Object.entries(HOSTILE_CLASSES).map(([name, hostile]) => ({
    name,
    hostile,
    left: countOf(hostile, name),
    result: { ran: 0, asExpected: 0, surprise: undefined as string | undefined },
  }));
  for (let busy = true; busy; ) {
    busy = false;
    for (const run of runs) {
      const turn = Math.min(TURN, run.left);
      run.left -= turn;
      busy ||= turn > 0;
      for (let i = 0; i < turn; i++) runOne(policy, run);
      const good = policy.evaluate(GOOD, { entrypoint: "hostile/decision" });
      if (good.kind !== "value" || good.value !== "ALLOW")
        throw new Error(`after ${run.name} a good input answers ${JSON.stringify(good)}`);
    }
  }
  return runs.map(({ name, result }) => ({ name, ...result }));
}

interface Run {
  readonly hostile: HostileClass;
  readonly result: { ran: number; asExpected: number; surprise: string | undefined };
}

function runOne(policy: Policy, { hostile, result }: Run): void {
  const { entrypoint, options, plain = false, expected } = hostile;
  const input = hostile.input(result.ran++);
  if (plain) freeze(input);
  const given = entrypoint === "whole" ? { whole: input } : input;
  const evaluation = policy.evaluate(given, { ...options, entrypoint: `hostile/${entrypoint}` });
  const equal = (value: unknown): boolean =>
    typeof expected === "object" &&
    "value" in expected &&
    equalValues(value as RegoValue, expected.value(input as never) as RegoValue);
  if (isExpected(evaluation, expected, equal)) result.asExpected++;
  else result.surprise ??= describe(evaluation);
}

function describe(evaluation: object): string {
  return JSON.stringify(evaluation, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value)).slice(
    0,
    200,
  );
}

/** Everything in plain data; what is frozen already, and with it all below, is not looked at again. */
function freeze(value: unknown): void {
  const left: unknown[] = [value];
  while (left.length > 0) {
    const next = left.pop();
    if (typeof next !== "object" || next === null || Object.isFrozen(next)) continue;
    Object.freeze(next);
    left.push(...Object.values(next));
  }
}
