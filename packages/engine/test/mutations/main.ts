/**
 * `npm run mutate [-- COUNT [FIRST]]`: loads that many bad modules (100,000), made from good ones by changed bytes, cut ends, moved sections and manifests that lie, and asks what loads. Each must be refused by a
 * `PolicyLoadError` with a code or answer with evaluations, and be refused where the good one's digest is given. They run in a process of its own, so that a crash, a hang and unbounded memory show. Exit status 1 for any of those but a
 * module whose own code was changed into a loop without an end, which no engine can tell: these are counted and named.
 */
import { fork } from "node:child_process";
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { goodModules } from "./good-modules.ts";
import { mutate } from "./mutate.ts";
import { isOther, tryModule } from "./try-module.ts";

const HANG = 20_000;
/** Of 100,000; more would mean that the engine lets something through that it could tell. */
const MOST_ENDLESS = 5;
const MOST_RESIDENT = 2 ** 30;
/** Modules made by OPA are large and slow to compile: one of so many. */
const OPA_SHARE = 20;

interface Report {
  readonly seed: number;
  readonly outcome: string;
  readonly resident: number;
}

if (process.send === undefined) await parent();
else await child(Number(process.argv[2]), Number(process.argv[3]));

/** Tries the modules from one number up to another and reports each. */
async function child(first: number, end: number): Promise<void> {
  const modules = Object.entries(goodModules());
  const own = modules.filter(([name]) => name !== "made by OPA");
  const opa = modules.filter(([name]) => name === "made by OPA");
  for (let seed = first; seed < end; seed++) {
    const [name, module] = (seed % OPA_SHARE === 0 ? opa[0] : own[seed % own.length]) ?? ["", new Uint8Array()];
    const { kind, bytes } = mutate(module, seed);
    const same = Buffer.compare(bytes, module) === 0;
    if (!same && !(await isOther(bytes, digestOf(module))))
      throw new Error(`seed ${seed}: loads although another digest is asked for`);
    const outcome = await tryModule(bytes).then(
      (each) => (each.kind === "refused" ? each.code : "works"),
      (error: unknown) => `WRONG: ${name}, ${kind}: ${error instanceof Error ? error.stack : String(error)}`,
    );
    const report: Report = { seed, outcome, resident: process.memoryUsage.rss() };
    await new Promise((resolve) => process.send?.(report, resolve));
  }
}

function digestOf(module: Uint8Array): string {
  return `sha256:${createHash("sha256").update(module).digest("hex")}`;
}

async function parent(): Promise<void> {
  const count = Number(process.argv[2] ?? 100_000);
  const first = Number(process.argv[3] ?? 0);
  const outcomes = new Map<string, number>();
  const wrong: string[] = [];
  const endless: string[] = [];
  let resident = 0;
  let next = first;
  while (next < first + count) {
    const ended = await tryFrom(next, first + count, (report) => {
      next = report.seed + 1;
      resident = Math.max(resident, report.resident);
      const key = report.outcome.startsWith("WRONG") ? "WRONG" : report.outcome;
      outcomes.set(key, (outcomes.get(key) ?? 0) + 1);
      if (key === "WRONG") wrong.push(`seed ${report.seed}: ${report.outcome}`);
    });
    if (ended === undefined) continue;
    (ended === "HANGS" ? endless : wrong).push(`seed ${next}: ${ended}`);
    outcomes.set(ended, (outcomes.get(ended) ?? 0) + 1);
    next++;
  }
  for (const [outcome, times] of [...outcomes].sort(([, a], [, b]) => b - a))
    console.log(`${String(times).padStart(8)}  ${outcome}`);
  for (const each of [...wrong, ...endless].slice(0, 20)) console.log(each);
  console.log(`${count} bad modules from seed ${first} on; at most ${Math.round(resident / 2 ** 20)} MiB resident`);
  process.exitCode = wrong.length > 0 || endless.length > MOST_ENDLESS || resident > MOST_RESIDENT ? 1 : 0;
}

/** Runs a process until it has done all, crashes or hangs. Answers what ended it early. */
function tryFrom(from: number, end: number, onReport: (report: Report) => void): Promise<string | undefined> {
  const running = fork(fileURLToPath(import.meta.url), [String(from), String(end)], { execArgv: process.execArgv });
  return new Promise((resolve) => {
    let hung = false;
    const watchdog = setTimeout(() => {
      hung = true;
      running.kill("SIGKILL");
    }, HANG + 10_000);
    running.on("message", (report: Report) => {
      onReport(report);
      watchdog.refresh();
    });
    running.on("exit", (status, signal) => {
      clearTimeout(watchdog);
      resolve(hung ? "HANGS" : status === 0 ? undefined : `CRASHES: ${signal ?? status}`);
    });
  });
}
