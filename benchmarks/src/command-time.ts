import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export interface CommandTime {
  readonly command: string;
  readonly medianMs: number;
  readonly leastMs: number;
  /** The median, all threads together. */
  readonly processorMs: number;
}

const COMMAND = fileURLToPath(new URL("../../packages/cli/bin/flyball.js", import.meta.url));
const RUNS = 10;

/** How long the command takes on one small policy, from the start of its process to its end. */
export function timeCommands(): readonly CommandTime[] {
  const folder = mkdtempSync(join(tmpdir(), "flyball-bench-"));
  try {
    writeFileSync(
      join(folder, "trade.rego"),
      'package trade\n\ndefault decision := "DENY"\n\ndecision := "ALLOW" if input.amount <= 5000\n',
    );
    writeFileSync(
      join(folder, "trade_test.rego"),
      'package trade_test\n\ntest_small if data.trade.decision == "ALLOW" with input as {"amount": 5}\n',
    );
    return ["check .", "test ."].map((command) => timeCommand(command, folder));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Run before the command: says at its end, on standard error, how much processor time the process took, in microseconds. */
const METER = `data:text/javascript,${encodeURIComponent(
  'process.on("exit", () => { const { user, system } = process.cpuUsage(); process.stderr.write("CPU " + (user + system)); });',
)}`;

function timeCommand(command: string, folder: string): CommandTime {
  const runs = Array.from({ length: RUNS + 1 }, () => {
    const start = performance.now();
    const args = [`--import=${METER}`, COMMAND, ...command.split(" ")];
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
    if (status !== 0) throw new Error(`flyball ${command}: ${stderr}`);
    return { wall: performance.now() - start, processor: Number(/CPU (\d+)$/.exec(stderr)?.[1]) / 1000 };
  }).slice(1);
  return {
    command: `flyball ${command}`,
    medianMs: middle(runs.map(({ wall }) => wall)),
    leastMs: Math.min(...runs.map(({ wall }) => wall)),
    processorMs: middle(runs.map(({ processor }) => processor)),
  };
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
