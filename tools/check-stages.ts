// The folders below a package's `src` are its stages, and stages come one after the other: if one imports another, that
// one must not lead back. Type-only imports do not count. Files of one stage may call each other in circles, as recursive descent does. In come the
// sources, out goes one line for each circle with an import that shows each step of it.

import { readFileSync } from "node:fs";
import path from "node:path";
import { importsOf } from "./imports-of.ts";
import { sourceFiles } from "./source-files.ts";

/** For a stage, the stages that it imports, each with the place of one such import. */
type Steps = ReadonlyMap<string, string>;

const root = path.resolve(process.argv[2] ?? path.join(import.meta.dirname, ".."));

/** `packages/compiler/src/plan` for a file in it; nothing for a file that lies directly in `src`. */
function stageOf(file: string): string | undefined {
  return /^(?:packages|apps)\/[^/]+\/src\/[^/]+(?=\/)/.exec(file)?.[0];
}

function readStages(): ReadonlyMap<string, Steps> {
  const stages = new Map<string, Map<string, string>>();
  for (const file of [...sourceFiles(root, "packages/*/src"), ...sourceFiles(root, "apps/*/src")]) {
    const from = stageOf(file);
    const imports = importsOf(file, readFileSync(path.join(root, file), "utf8"));
    // A file that cannot be parsed is reported by the check of boundaries.
    if (from === undefined || typeof imports === "string") continue;
    for (const { specifier, line, kind } of imports) {
      // A type names what another stage makes, and a lazy load is a choice between stages: neither is a step.
      if (!specifier.startsWith(".") || kind !== "static") continue;
      const to = stageOf(path.posix.join(path.posix.dirname(file), specifier));
      if (to === undefined || to === from) continue;
      const steps = stages.get(from) ?? new Map<string, string>();
      if (!steps.has(to)) steps.set(to, `${file}:${line}`);
      stages.set(from, steps);
    }
  }
  return stages;
}

function findCircles(stages: ReadonlyMap<string, Steps>): readonly string[] {
  const circles: string[] = [];
  const done = new Set<string>();
  const visit = (stage: string, road: readonly string[]): void => {
    const start = road.indexOf(stage);
    if (start >= 0) {
      circles.push(describe([...road.slice(start), stage], stages));
      return;
    }
    if (done.has(stage)) return;
    for (const next of stages.get(stage)?.keys() ?? []) visit(next, [...road, stage]);
    done.add(stage);
  };
  for (const stage of stages.keys()) visit(stage, []);
  return circles;
}

function describe(circle: readonly string[], stages: ReadonlyMap<string, Steps>): string {
  const names = circle.map((stage) => path.posix.basename(stage)).join(" -> ");
  const steps = circle.slice(1).map((to, index) => `  ${stages.get(circle[index] ?? "")?.get(to)} imports ${to}`);
  return [`stages import each other in a circle: ${names}`, ...steps].join("\n");
}

const stages = readStages();
const circles = findCircles(stages);
for (const circle of circles) console.log(circle);
console.log(`${stages.size} stages that import others, ${circles.length} circles.`);
process.exitCode = circles.length === 0 ? 0 : 1;
