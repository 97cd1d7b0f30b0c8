import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export interface CommandTime {
  readonly command: string;
  readonly medianMs: number;
  readonly leastMs: number;
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

function timeCommand(command: string, folder: string): CommandTime {
  const times = Array.from({ length: RUNS + 1 }, () => {
    const start = performance.now();
    const { status, stderr } = spawnSync(process.execPath, [COMMAND, ...command.split(" ")], {
      cwd: folder,
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`flyball ${command}: ${stderr}`);
    return performance.now() - start;
  })
    .slice(1)
    .sort((a, b) => a - b);
  return { command: `flyball ${command}`, medianMs: times[RUNS / 2] ?? 0, leastMs: times[0] ?? 0 };
}
