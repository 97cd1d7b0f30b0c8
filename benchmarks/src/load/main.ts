/**
 * `npm run load -- [--seconds 5] [--clients 1,4,16,64,256] [--database URL] [--seed N] [--report]`: the container's own
 * program under rising load from many people, in a process of its own, with embedded storage or the PostgreSQL named. For each
 * number of clients: actions a second (`POST /v1/actions`) and turns a second (`POST /v1/chat`, offline model), latency, what was
 * shed, memory. Then: how soon after the heaviest load an answer is quick again, whether memory stays flat, and how long the
 * stop takes. Exit status 1 where a request was never answered, recovery took more than a second, or an answer was 500.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { Agent } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { ask, drive, type Question } from "./drive.ts";
import { type LoadResult, loadReport, loadTable, type Step } from "./load-report.ts";
import { makeIssuer } from "./people.ts";
import { mixedQuestions } from "./questions.ts";
import { startAdvisor } from "./start-advisor.ts";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "5" },
    clients: { type: "string", default: "1,4,16,64,128,256" },
    database: { type: "string" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    report: { type: "boolean", default: false },
  },
});
const seconds = Number(values.seconds);
const clients = values.clients.split(",").map(Number);
const seed = Number(values.seed);
if (!(seconds > 0) || clients.some((count) => !Number.isInteger(count) || count < 1) || !Number.isInteger(seed)) {
  console.error(
    "usage: npm run load -- [--seconds 5] [--clients 1,4,16,64,256] [--database URL] [--seed N] [--report]",
  );
  process.exit(2);
}

const peopleCount = 64;
const flatSeconds = seconds * 6;
const report = fileURLToPath(new URL("../../../docs/benchmarks/load.md", import.meta.url));

const folder = mkdtempSync(path.join(tmpdir(), "flyball-load-"));
try {
  const result = await run();
  console.log(loadTable(result));
  if (values.report) writeFileSync(report, loadReport(result));
  process.exitCode = result.problems.length === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function run(): Promise<LoadResult> {
  const issuer = makeIssuer(path.join(folder, "keys.json"));
  const tokens = issuer.tokens(peopleCount);
  const advisor = await startAdvisor(folder, { issuer, databaseUrl: values.database });
  const { url } = advisor;
  // Conversations of a step are its own: they hold a bounded number of messages.
  let part = 0;
  const questions = () => {
    part += 1;
    return mixedQuestions(tokens, { seed, part });
  };
  // The framework of the agent is loaded by the first turn; neither figure is to have that in it.
  await drive(url, { concurrency: 2, seconds: 2, question: questions().turn });
  await drive(url, { concurrency: 2, seconds: 1, question: questions().action });

  const steps: Step[] = [];
  const work: readonly (readonly [Step["work"], "action" | "turn"])[] = [
    ["actions", "action"],
    ["turns", "turn"],
  ];
  for (const [name, kind] of work) {
    for (const concurrency of clients) {
      const before = process.cpuUsage();
      const driven = await drive(url, { concurrency, seconds, question: questions()[kind] });
      const used = process.cpuUsage(before);
      const driverShare = (used.user + used.system) / (seconds * 1e6);
      steps.push({ work: name, residentBytes: advisor.residentBytes(), driverShare, ...driven });
      console.error(`${name}, ${concurrency} clients: ${driven.servedPerSecond.toFixed(0)} a second`);
    }
  }
  const quietMs = await quickAgain(url, questions().action(0, 0));

  const memory: number[] = [];
  for (let sixth = 0; sixth < 6; sixth += 1) {
    await drive(url, {
      concurrency: 16,
      seconds: flatSeconds / 6,
      question: questions()[sixth % 2 === 0 ? "action" : "turn"],
    });
    memory.push(advisor.residentBytes());
  }
  const stopped = await advisor.stop();
  const result = {
    seed,
    seconds,
    store: values.database === undefined ? "SQLite" : "PostgreSQL",
    steps,
    quietMs,
    memory,
    stopped,
  };
  return { ...result, problems: problemsOf(result) };
}

/** From now until three answers one after another took less than 100 ms each; milliseconds. */
async function quickAgain(url: string, question: Question): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const start = performance.now();
  let inARow = 0;
  while (inARow < 3 && performance.now() - start < 30_000) {
    const sent = performance.now();
    const status = await ask(url, agent, question);
    inARow = status !== undefined && status < 500 && performance.now() - sent < 100 ? inARow + 1 : 0;
    if (inARow === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  }
  agent.destroy();
  return performance.now() - start;
}

function problemsOf({ steps, quietMs, stopped }: Omit<LoadResult, "problems">): readonly string[] {
  const broken = steps.reduce((sum, step) => sum + step.broken, 0);
  const failed = steps.reduce((sum, { statuses }) => sum + (statuses.get(500) ?? 0), 0);
  return [
    ...(broken > 0 ? [`${broken} requests were never answered`] : []),
    ...(failed > 0 ? [`${failed} answers were 500`] : []),
    ...(quietMs > 1_000 ? [`it took ${quietMs.toFixed(0)} ms to be quick again`] : []),
    ...(stopped.status !== 0 || stopped.milliseconds > 10_000 ? ["it did not stop within 10 s"] : []),
  ];
}
