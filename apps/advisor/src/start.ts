// `npm start`: compiles policies/ where they changed, starts the service as main.ts does, and says how to try it. For
// development: needs the compiler and the sources, listens on loopback, signs its own tokens.

import { statSync } from "node:fs";
import path from "node:path";
import { buildPolicy } from "./start/build-policy.ts";
import { readSettings } from "./start/read-settings.ts";
import { runAdvisor } from "./start/run-advisor.ts";
import { stopOnSignal } from "./start/stop-on-signal.ts";
import { surviveClosedOutput } from "./start/survive-closed-output.ts";
import { tryLines } from "./start/try-lines.ts";

const root = path.resolve(import.meta.dirname, "../../..");

/** What is wrong, or undefined when the service is up. */
async function start(): Promise<string | undefined> {
  const read = readSettings(process.env);
  if (!read.ok) return read.problems.join("\n         ");
  const { settings } = read;
  const built = await buildPolicy({
    // As it is to be shown: "policies", where the program is started in the repository.
    sources: path.relative("", path.join(root, "policies")),
    output: settings.policyFile,
    compiler: ["engine", "builtins", "compiler"].map((name) => path.join(root, "packages", name, "src")),
  });
  process.stderr.write(built.diagnostics);
  if (!built.ok) return "the policies do not compile, so nothing was started";
  const result = await runAdvisor(settings);
  if (!result.ok) return result.message;
  const { service, tokensFile, pageLink, stop } = result.advisor;
  // Before anything is printed: whoever reads "ready" may send a signal.
  stopOnSignal(stop, () => process.stdout.write("flyball: stopped\n"));
  const readyMs = Math.round(performance.now());
  const bytes = statSync(settings.policyFile).size;
  const policy = `policies ${built.state}, ${bytes.toLocaleString("en")} bytes of WebAssembly`;
  process.stdout.write(`flyball: ready at ${service.url}, ${readyMs} ms after the process began (${policy})\n`);
  if (tokensFile !== undefined) {
    const lines = tryLines({ url: service.url, tokensFile: path.relative(process.cwd(), tokensFile) });
    process.stdout.write(`\nThe page (the link holds its key; keep it to yourself): ${pageLink}\n`);
    process.stdout.write(`\nOr by hand, from this folder:\n\n${lines}\n\nCtrl-C stops it.\n`);
  }
  return undefined;
}

surviveClosedOutput();
const problem = await start();
if (problem !== undefined) {
  process.stderr.write(`flyball: ${problem}\n`);
  process.exitCode = 1;
}
