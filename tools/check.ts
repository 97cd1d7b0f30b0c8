// `npm run check`: everything that can be said about the sources without running them. Every step runs, also after one
// has failed, so that one run shows all there is to mend.

import { runStep, type Step, type StepResult } from "./run-steps.ts";

const bin = (name: string): string => `node_modules/${name}`;

const steps: readonly Step[] = [
  { name: "format and lint (biome)", args: [bin("@biomejs/biome/bin/biome"), "check", "--error-on-warnings", "."] },
  { name: "types (tsc)", args: [bin("typescript/bin/tsc"), "-b"] },
  { name: "typed lint (oxlint)", args: [bin("oxlint/bin/oxlint"), "--deny-warnings"] },
  { name: "import directions", args: ["tools/check-boundaries.ts"] },
  { name: "stages one after the other", args: ["tools/check-stages.ts"] },
  { name: "file sizes and names", args: ["tools/check-file-sizes.ts"] },
  { name: "unused code and dependencies (knip)", args: [bin("knip/bin/knip.js"), "--no-progress"] },
];

const results: StepResult[] = [];
for (const step of steps) results.push(await runStep(step));

console.log("");
for (const { name, status, milliseconds } of results) {
  console.log(`${status === 0 ? "ok    " : "FAILED"} ${name} (${(milliseconds / 1000).toFixed(1)} s)`);
}
const failed = results.filter((result) => result.status !== 0).length;
console.log(`check: ${results.length - failed} passed, ${failed} failed, 0 skipped`);
process.exitCode = failed === 0 ? 0 : 1;
