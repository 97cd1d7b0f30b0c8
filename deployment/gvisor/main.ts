// `npm run test:gvisor [-- --report] [--seconds N] [--starts N]`: the image's root filesystem under gVisor. Checks the service
// end to end inside, measures a policy check there and natively, both ways, and prints the report; `--report` writes it to
// docs/benchmarks. Where gVisor cannot be had it says so loudly and skips. Exit status 1 where a check fails.

import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { findOpa } from "@flyball/benchmarks/find-opa";
import { prepareBenchFolder } from "./bench-folder.ts";
import { type Check, checkService } from "./check-service.ts";
import { findRunsc, type Runsc } from "./find-runsc.ts";
import { measurePlace, type PlaceFigures } from "./measure-place.ts";
import { gvisorPlace, nativePlace } from "./place.ts";
import { writeReport } from "./report.ts";
import { startSandbox } from "./sandbox.ts";

const root = path.resolve(import.meta.dirname, "../..");
const deployment = path.join(root, "deployment");
const folder = path.join(root, ".tools/gvisor");
const rootfs = path.join(folder, "rootfs");
const benchFolder = path.join(folder, "bench");
const reportFile = path.join(root, "docs/benchmarks/architecture-1-vs-2.md");
/** As in deployment/service.yaml (a test compares). */
const memoryMb = 512;

function say(message: string): void {
  process.stdout.write(`${message}\n`);
}

function close(counts: { readonly passed: number; readonly failed: number; readonly skipped: number }): void {
  say(`\ngvisor: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  process.exitCode = counts.failed === 0 ? 0 : 1;
}

function skip(reason: string): void {
  say(`\n!!! SKIPPED: nothing was run under gVisor, since ${reason}.`);
  close({ passed: 0, failed: 0, skipped: 1 });
}

/** Whether a sandbox starts here, and whether with a limit of memory; undefined where it does not start at all. */
async function tryCgroups(runsc: Runsc): Promise<boolean | undefined> {
  for (const cgroups of [true, false]) {
    const sandbox = startSandbox({
      runsc,
      rootfs,
      folder,
      memoryBytes: memoryMb * 2 ** 20,
      cgroups,
      mounts: {},
      environment: {},
      command: ["/nodejs/bin/node", "-e", "process.stdout.write(String(os.totalmem()))"],
    });
    let output = "";
    sandbox.main.stdout.on("data", (part) => {
      output += String(part);
    });
    const status = await new Promise((resolve) => sandbox.main.once("close", resolve));
    sandbox.remove();
    if (status === 0 && (!cgroups || Number(output) === memoryMb * 2 ** 20)) return cgroups;
  }
  return undefined;
}

async function run(given: Options): Promise<void> {
  if (process.platform !== "linux") return skip("it runs on Linux only");
  if (process.getuid?.() !== 0) return skip("sandboxes with a network of their own need root");
  if (spawnSync("timeout", ["--version"]).status !== 0) return skip("there is no `timeout` to keep it in bounds");
  mkdirSync(folder, { recursive: true });
  const found = findRunsc(folder);
  if (!found.ok) return skip(found.reason);
  const { runsc } = found;
  const load = loadavg()[0] ?? Number.NaN;
  say(`gvisor: runsc ${runsc.version}; assembling the root filesystem`);
  execFileSync(process.execPath, [path.join(deployment, "image/assemble-rootfs.ts"), rootfs], {
    stdio: ["ignore", 2, 2],
  });
  const opa = findOpa();
  prepareBenchFolder({ root, folder: benchFolder, opa });
  const memoryEnforced = await tryCgroups(runsc);
  if (memoryEnforced === undefined) return skip("runsc starts no sandbox on this machine; what it said stands above");
  if (!memoryEnforced) say("\n!!! The limit of memory is NOT in force: this machine's cgroups cannot be used.");
  const inGvisor = gvisorPlace({
    runsc,
    rootfs,
    folder,
    memoryBytes: memoryMb * 2 ** 20,
    cgroups: memoryEnforced,
    deployment,
    benchFolder,
  });
  const checks: Check[] = [...(await checkService(inGvisor))];
  for (const { name, problems } of checks) {
    say(`${problems.length === 0 ? "ok    " : "FAILED"} ${name}`);
    for (const problem of problems) say(`         ${problem}`);
  }
  if (opa === undefined) say("\n!!! No OPA was found (OPA, PATH, .tools/opa): Architecture I is NOT measured.");
  const places: PlaceFigures[] = [];
  for (const place of [nativePlace({ rootfs, deployment, benchFolder }), inGvisor]) {
    say(`gvisor: measuring (${place.name})`);
    const milliseconds = given.seconds * 1000;
    places.push(await measurePlace(place, { starts: given.starts, milliseconds, opa: opa !== undefined }));
  }
  const { seconds } = given;
  const text = writeReport({ checks, places, runsc, opa, memoryMb, memoryEnforced, seconds, load });
  say(`\n${text}`);
  if (given.report) {
    mkdirSync(path.dirname(reportFile), { recursive: true });
    writeFileSync(reportFile, text);
    say(`gvisor: written to ${path.relative(root, reportFile)}`);
  }
  const failed = checks.filter(({ problems }) => problems.length > 0).length;
  const skipped = (opa === undefined ? 1 : 0) + (memoryEnforced ? 0 : 1);
  close({ passed: checks.length - failed, failed, skipped });
}

interface Options {
  readonly report: boolean;
  readonly seconds: number;
  readonly starts: number;
}

/** Undefined where they are none. */
function readOptions(args: readonly string[]): Options | undefined {
  const text = { type: "string" } as const;
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { report: { type: "boolean" }, seconds: text, starts: text },
    });
    const [seconds, starts] = [Number(values.seconds ?? 3), Number(values.starts ?? 5)];
    const areGood = seconds > 0 && seconds <= 60 && Number.isInteger(starts) && starts > 0 && starts <= 50;
    return areGood ? { report: values.report ?? false, seconds, starts } : undefined;
  } catch {
    return undefined;
  }
}

const options = readOptions(process.argv.slice(2));
if (options === undefined) {
  process.stderr.write("usage: npm run test:gvisor -- [--report] [--seconds N up to 60] [--starts N up to 50]\n");
  process.exitCode = 2;
} else {
  // So that what was started is removed on the way out.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => process.exit(1));
  await run(options);
}
