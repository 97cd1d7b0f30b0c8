/**
 * `npm run bench -- [--json] [--policies FILE.jsonl]`: measures this project and the peers it finds, in one run, each in processes of its
 * own, in turns, every answer checked. In: cases. Out: medians, p99 and ratios on standard output; with `--report FOLDER` also engine.md and
 * its charts there, for which the advisor's own policies are measured too. Exit status 1 where an engine of ours
 * gave a wrong answer or none, 2 for a usage error.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { type BenchOptions, parseBenchOptions } from "./bench-options.ts";
import { type Finding, mergeRounds, printReport } from "./bench-report.ts";
import { findOpa, type Opa } from "./find-opa.ts";
import { machine } from "./machine.ts";
import { type PreparedCase, prepareCase } from "./prepare-case.ts";
import { type BenchCase, readAdvisorCase, readCases } from "./read-cases.ts";
import { engineFiles } from "./report/engine-page.ts";
import { runWorker } from "./run-worker.ts";
import { FULL_COUNTS, measureSteadiness, QUICK_COUNTS } from "./steadiness/measure-steadiness.ts";

async function main(): Promise<number> {
  const options = parseBenchOptions(process.argv.slice(2));
  if (typeof options === "string") {
    process.stderr.write(options);
    return 2;
  }
  const opa = findOpa();
  if (opa === undefined) {
    process.stderr.write(
      "bench: NO OPA FOUND (environment variable OPA, PATH, .tools/opa): opa-wasm and opa-http are NOT measured in this run.\n",
    );
  }
  const folder = mkdtempSync(join(tmpdir(), "flyball-bench-"));
  try {
    return await measureAll({ options, opa, folder });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Run {
  readonly options: BenchOptions;
  readonly opa: Opa | undefined;
  readonly folder: string;
}

async function measureAll({ options, opa, folder }: Run): Promise<number> {
  const findings: Finding[] = [];
  const cases: readonly BenchCase[] =
    options.policies === undefined
      ? [readAdvisorCase()]
      : [...readCases(options.policies), ...(options.report === undefined ? [] : [readAdvisorCase()])];
  const preparedCases: PreparedCase[] = [];
  for (const each of cases.filter(({ name }) => options.only === undefined || options.only.test(name))) {
    const prepared = prepareCase(each, { folder, opa });
    preparedCases.push(prepared);
    process.stderr.write(`bench: ${each.name} (${each.inputs.length} inputs)\n`);
    findings.push(...(await measureCase(prepared, options)));
  }
  const about = machine(opa);
  // One shape, and results that are constants: there nothing has to be allocated.
  const steady = preparedCases.find(({ name }) => name === "limits_uniform") ?? preparedCases[0];
  if (options.report !== undefined && steady !== undefined) {
    process.stderr.write("bench: steadiness\n");
    const steadiness = await measureSteadiness(steady.job, options.quick ? QUICK_COUNTS : FULL_COUNTS);
    const load = loadavg()[0] ?? 0;
    const files = engineFiles({ machine: about, findings, steadiness, command: commandOf(options), load });
    for (const [name, text] of files) writeFileSync(join(options.report, name), text);
  }
  if (options.json) {
    const results = findings.flatMap(({ name, engine, figures }) =>
      figures === undefined ? [] : [{ case: name, engine, ...figures }],
    );
    const failures = findings.flatMap(({ name, engine, failure }) =>
      failure === undefined ? [] : [{ case: name, engine, failure }],
    );
    process.stdout.write(`${JSON.stringify({ machine: about, results, failures }, undefined, 2)}\n`);
  } else {
    printReport(about, findings);
  }
  const ours = findings.filter(({ engine, failure }) => engine.startsWith("flyball") && failure !== undefined);
  return ours.length > 0 ? 1 : 0;
}

/** How to run it again. */
function commandOf({ rounds, milliseconds }: BenchOptions): string {
  return `OPA=/path/to/opa npm run bench -- --policies ../shared/bench/policies.jsonl --rounds ${rounds} --milliseconds ${milliseconds} --report docs/benchmarks`;
}

/** Each engine in a fresh process for each round; the order turns, so that no engine always follows the same other. */
async function measureCase(prepared: PreparedCase, options: BenchOptions): Promise<readonly Finding[]> {
  const engines = prepared.engines.filter(
    (engine) => options.engines === undefined || options.engines.includes(engine),
  );
  const rounds: Awaited<ReturnType<typeof runWorker>>[] = [];
  for (let round = 0; round < options.rounds; round++) {
    for (let i = 0; i < engines.length; i++) {
      const engine = engines[(i + round) % engines.length];
      if (engine === undefined) continue;
      if (rounds.some((result) => result.engine === engine && result.failure !== undefined)) continue;
      rounds.push(await runWorker({ engine, job: prepared.job, milliseconds: options.milliseconds }));
    }
  }
  return engines.map((engine) =>
    mergeRounds({ name: prepared.name, engine, refusal: prepared.refusals.get(engine), rounds }),
  );
}

process.exitCode = await main();
