/**
 * `npm run hostile [-- EVALUATIONS]`: a million hostile evaluations on one policy, as a table of classes with what they answered, then good inputs at their former speed. Exit status 1 where an
 * answer is another than expected, a class ran fewer than 1,000 times, or good inputs take half as long again as before.
 */

import { compileHostile } from "./compile-hostile.ts";
import { HOSTILE_CLASSES } from "./hostile-classes.ts";
import { openHostile } from "./open-hostile.ts";
import { measureRecoveries } from "./recovery.ts";
import { runHostile } from "./run-hostile.ts";

const LEAST = 1_000;
const SLOWEST = 1.5;
/** Milliseconds, with 10 MB of base documents. */
const SLOWEST_RECOVERY = 5;
const total = Number(process.argv[2] ?? 1_000_000);
const weights = Object.values(HOSTILE_CLASSES).reduce((sum, { weight = 0 }) => sum + weight, 0);
const unweighted = Object.values(HOSTILE_CLASSES).filter(({ weight }) => weight === undefined).length;
const share = Math.ceil((total - LEAST * unweighted) / weights);

const policy = await openHostile(compileHostile());
const decide = policy.entrypoint("hostile/decision");
const before = goodSpeed();
const results = runHostile(policy, ({ weight }) => Math.max(LEAST, (weight ?? 0) * share));
const after = goodSpeed();

const width = Math.max(...results.map(({ name }) => name.length));
let ran = 0;
let failed = false;
for (const result of results) {
  const { expected } = HOSTILE_CLASSES[result.name] as (typeof HOSTILE_CLASSES)[string];
  const wanted = expected === "undefined" ? "undefined" : "fault" in expected ? expected.fault : "value";
  const wrong = result.asExpected < result.ran || result.ran < LEAST;
  console.log(
    `${result.name.padEnd(width)}  ${wanted.padEnd(16)}  ${String(result.asExpected).padStart(7)} of ${String(result.ran).padStart(7)}${wrong ? `  FAILED ${result.surprise ?? "too few"}` : ""}`,
  );
  failed ||= wrong;
  ran += result.ran;
}
const slower = after / before;
console.log(
  `${ran} evaluations in ${results.length} classes on one policy; good inputs took ${before.toFixed(0)} ns before and ${after.toFixed(0)} ns after (${slower.toFixed(2)})`,
);
if (slower > SLOWEST) console.log("FAILED: good inputs are slower than before");
for (const { kind, dataBytes, milliseconds, rounds } of await measureRecoveries()) {
  const slow = milliseconds > SLOWEST_RECOVERY;
  console.log(
    `${kind}: an evaluation that costs the instance and the good one after it, ${(dataBytes / 2 ** 20).toFixed(0)} MiB of memory: ${milliseconds.toFixed(2)} ms (the middle of ${rounds})${slow ? "  FAILED" : ""}`,
  );
  failed ||= slow;
}
process.exitCode = failed || slower > SLOWEST || ran < total ? 1 : 0;

/** Nanoseconds of one good evaluation: the least of some rounds, each of which must answer right. */
function goodSpeed(): number {
  const inputs = [1, 5000, 5000.01].map((amount) => ({ role: "junior", amount }));
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 30; round++) {
    const start = process.hrtime.bigint();
    for (let i = 0; i < 30_000; i++) {
      const evaluation = decide(inputs[i % 3]);
      if (evaluation.kind !== "value" || evaluation.value !== (i % 3 === 2 ? "DENY" : "ALLOW"))
        throw new Error("a good input is answered wrong");
    }
    least = Math.min(least, Number(process.hrtime.bigint() - start) / 30_000);
  }
  return least;
}
