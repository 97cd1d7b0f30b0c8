// The container's entry: loads policy.wasm and serves. Logs are JSON lines; a start that must not happen is one line on
// standard error and exit status 1.

import { logLine } from "./start/log-line.ts";
import { readSettings } from "./start/read-settings.ts";
import { runAdvisor } from "./start/run-advisor.ts";
import { stopOnSignal } from "./start/stop-on-signal.ts";
import { surviveClosedOutput } from "./start/survive-closed-output.ts";

surviveClosedOutput();
const read = readSettings(process.env);
const result = read.ok ? await runAdvisor(read.settings) : { ok: false as const, message: read.problems.join("; ") };
if (result.ok) {
  const { service, policyDigest, stop } = result.advisor;
  stopOnSignal(stop, () => logLine("INFO", "stopped"));
  logLine("INFO", "ready", { url: service.url, policyDigest, readyMs: Math.round(performance.now()) });
} else {
  process.stderr.write(`flyball: ${result.message}\n`);
  process.exitCode = 1;
}
