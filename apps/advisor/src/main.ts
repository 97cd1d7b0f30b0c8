// The container's entry: loads policy.wasm and serves. Logs are JSON lines; a start that must not happen is one line on
// standard error and exit status 1.

import type { ServiceAnswer } from "@flyball/service";
import { logLine } from "./start/log-line.ts";
import { readSettings } from "./start/read-settings.ts";
import { runAdvisor } from "./start/run-advisor.ts";
import { stopOnSignal } from "./start/stop-on-signal.ts";
import { surviveClosedOutput } from "./start/survive-closed-output.ts";

/** The fields that Cloud Logging shows as a request. */
function logAnswer({ requestId, method, route, status, milliseconds }: ServiceAnswer): void {
  const latency = `${(milliseconds / 1_000).toFixed(6)}s`;
  const httpRequest = { requestMethod: method, requestUrl: route, status, latency };
  logLine(status >= 500 ? "WARNING" : "INFO", "answered", { requestId, httpRequest });
}

surviveClosedOutput();
const read = readSettings(process.env);
const result = read.ok
  ? await runAdvisor(read.settings, { onAnswer: logAnswer })
  : { ok: false as const, message: read.problems.join("; ") };
if (result.ok) {
  const { service, policyDigest, stop } = result.advisor;
  stopOnSignal(stop, () => logLine("INFO", "stopped"));
  logLine("INFO", "ready", { url: service.url, policyDigest, readyMs: Math.round(performance.now()) });
} else {
  process.stderr.write(`flyball: ${result.message}\n`);
  process.exitCode = 1;
}
