// Compiles every package to its `dist`, and removes from there what is left of sources that are gone: the TypeScript
// compiler does not, and it would be published. Then packs the command line, which starts faster from few files.

import { existsSync, globSync, rmSync } from "node:fs";
import path from "node:path";
import { runStep, type Step } from "./run-steps.ts";

const root = path.join(import.meta.dirname, "..");
/** Without the tests: a mistake in one is for `npm run check` to find, and no reason not to build. */
const projects = ["packages/*", "apps/*", "conformance", "benchmarks"].flatMap((pattern) =>
  globSync(pattern, { cwd: root }),
);

for (const output of projects.flatMap((folder) =>
  globSync(`${folder}/dist/**/*.{js,d.ts,js.map,d.ts.map}`, { cwd: root }),
)) {
  // What is packed from all packages has no source of its own; it is written anew below.
  if (output.includes(`${path.sep}packed${path.sep}`)) continue;
  const [folder = "", file = ""] = output.split(`${path.sep}dist${path.sep}`);
  const source = path.join(root, folder, "src", file.replace(/(\.d\.ts|\.js)(\.map)?$/, ".ts"));
  if (!existsSync(source)) rmSync(path.join(root, output));
}

const args = ["node_modules/typescript/bin/tsc", "-b", ...projects];
const steps: readonly Step[] = [
  { name: "compiled packages (tsc)", args },
  { name: "packed command line (rolldown)", args: ["packages/cli/scripts/pack-command.ts"] },
];
for (const step of steps) {
  const { status } = await runStep(step);
  process.exitCode = status;
  if (status !== 0) break;
}
