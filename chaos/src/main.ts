/**
 * `npm run chaos -- [--kills N] [--seed N]`: the service under load, killed with SIGKILL before, during and after the answer of a broker
 * that lives in a process of its own with books of its own, first with a broker that deduplicates, then with one that fills whatever it
 * is sent. Prints the seed, the kills by phase and every invariant that does not hold. Exit status 1 where one does not, 2 for a usage error.
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Backend } from "./backend/backend.ts";
import { findPostgres, postgresBackend } from "./backend/postgres-backend.ts";
import { sqliteBackend } from "./backend/sqlite-backend.ts";
import { type KillPhase, killPhases } from "./broker/kill-phase.ts";
import { type CampaignOptions, type CampaignReport, runCampaign } from "./campaign/run-campaign.ts";
import { type ChaosOptions, parseChaosOptions } from "./chaos-options.ts";

async function main(): Promise<number> {
  const options = parseChaosOptions(process.argv.slice(2), 1 + Math.floor(Math.random() * 2 ** 31));
  if (typeof options === "string") {
    process.stderr.write(options);
    return 2;
  }
  const { seed, bug, store } = options;
  const binaries = store === "postgres" ? findPostgres() : undefined;
  if (store === "postgres" && binaries === undefined) {
    process.stderr.write(
      "chaos: NO POSTGRESQL SERVER in /usr/lib/postgresql (apt-get install postgresql): NOTHING WAS RUN\n",
    );
    return 2;
  }
  process.stdout.write(`chaos: seed ${seed}, store ${store}${bug === undefined ? "" : `, planted bug ${bug}`}\n`);
  const folder = mkdtempSync(path.join(tmpdir(), "flyball-chaos-"));
  const reports: CampaignReport[] = [];
  for (const [index, brokerMode] of options.brokers.entries())
    reports.push(await run(options, { folder, index, brokerMode, binaries }));
  const problems = [...reports.flatMap((report) => report.problems), ...tooFew(reports)];
  if (problems.length === 0) rmSync(folder, { recursive: true, force: true });
  else process.stdout.write(`chaos: the files are kept in ${folder}\n`);
  process.stdout.write(`chaos: ${totals(reports)}; ${problems.length} invariants broken\n`);
  return problems.length === 0 ? 0 : 1;
}

async function run(
  { kills, minutes, seed, bug, brokers }: ChaosOptions,
  part: {
    readonly folder: string;
    readonly index: number;
    readonly brokerMode: ChaosOptions["brokers"][number];
    readonly binaries: string | undefined;
  },
): Promise<CampaignReport> {
  const { index, brokerMode } = part;
  const own = path.join(part.folder, brokerMode);
  mkdirSync(own, { recursive: true });
  const backend = part.binaries === undefined ? sqliteBackend(own) : await postgresBackend(part.binaries, own);
  const share = Math.ceil(kills / brokers.length);
  const report = await runCampaignAndClose(backend, {
    seed: seed + index,
    until: performance.now() + (minutes * 60_000) / brokers.length,
    kills: index === 0 ? share : kills - share * index,
    brokerMode,
    folder: own,
    ...(bug === undefined ? {} : { bug }),
    onKill: (count) => {
      if (count % 10 === 0) process.stderr.write(`chaos: broker ${brokerMode}: ${count} kills\n`);
    },
  });
  const { orders, executed, reviews, serverKills } = report;
  const servers = serverKills === 0 ? "" : `, database ${serverKills}`;
  process.stdout.write(
    `broker ${brokerMode}: kills ${phases([report])}${servers}; ${orders} orders, ${executed} fills, ${reviews} reviews\n`,
  );
  for (const problem of report.problems.slice(0, 20)) process.stdout.write(`  BROKEN: ${problem}\n`);
  return report;
}

async function runCampaignAndClose(
  backend: Backend,
  options: Omit<CampaignOptions, "backend">,
): Promise<CampaignReport> {
  try {
    return await runCampaign({ ...options, backend });
  } finally {
    await backend.close();
  }
}

/** A long run in which one phase hardly occurred shows less than it says. */
function tooFew(reports: readonly CampaignReport[]): readonly string[] {
  const counts = killPhases.map((phase) => ({ phase, kills: killsIn(reports, phase) }));
  const all = counts.reduce((sum, { kills }) => sum + kills, 0);
  if (all < longRun) return [];
  const few = counts
    .filter(({ kills }) => kills < fewestKills)
    .map(({ phase, kills }) => `only ${kills} kills ${phase}`);
  for (const problem of few) process.stdout.write(`  BROKEN: ${problem}\n`);
  return few;
}

const longRun = 200;
const fewestKills = 20;

function killsIn(reports: readonly CampaignReport[], phase: KillPhase): number {
  return reports.reduce((sum, { killsByPhase }) => sum + killsByPhase[phase], 0);
}

function phases(reports: readonly CampaignReport[]): string {
  return killPhases.map((phase) => `${phase} ${killsIn(reports, phase)}`).join(", ");
}

function totals(reports: readonly CampaignReport[]): string {
  const kills = reports.flatMap(({ killsByPhase }) => Object.values(killsByPhase)).reduce((sum, n) => sum + n, 0);
  return `${kills} kills (${phases(reports)})`;
}

// So that what ends with this process does so also where it is told to stop.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
process.exitCode = await main();
