/**
 * `node benchmarks/src/compile-time.ts [--rules 100,1000,10000] [--json]`: how long the compiler takes as policies grow. Prints one line for each shape of policy: milliseconds at each size, the size of the
 * last module, and the exponent of growth between the last two sizes (1 is linear). Each figure is the least of three runs in this process; the first, cold one is left out.
 */
import { parseArgs } from "node:util";
import { compile } from "@flyball/compiler";
import { machine } from "./machine.ts";
import { POLICY_SHAPES, type Sources } from "./policy-shapes.ts";

const RUNS = 3;

const { values } = parseArgs({
  options: { rules: { type: "string", default: "100,300,1000,3000,10000" }, json: { type: "boolean", default: false } },
});
const sizes = values.rules.split(",").map(Number);
if (sizes.some((size) => !Number.isInteger(size) || size < 1)) {
  console.error("usage: compile-time.ts [--rules 100,1000,10000] [--json]");
  process.exit(2);
}

interface Row {
  readonly shape: string;
  readonly milliseconds: readonly number[];
  readonly bytes: number;
  readonly exponent: number | undefined;
}

const rows = Object.entries(POLICY_SHAPES).map(([shape, make]) => measure(shape, make));
if (values.json) console.log(JSON.stringify({ machine: machine(undefined), sizes, results: rows }));
else print(rows);

function measure(shape: string, make: (rules: number) => Sources): Row {
  run(make(Math.min(100, sizes[0] ?? 100)));
  const runs = sizes.map((size) => {
    const sources = make(size);
    const found = Array.from({ length: size > 1000 ? 1 : RUNS }, () => run(sources));
    return { milliseconds: Math.min(...found.map(({ milliseconds }) => milliseconds)), bytes: found[0]?.bytes ?? 0 };
  });
  const [before, last] = runs.slice(-2);
  const [smaller, larger] = sizes.slice(-2);
  const exponent =
    before === undefined || last === undefined || smaller === undefined || larger === undefined
      ? undefined
      : Math.log(last.milliseconds / before.milliseconds) / Math.log(larger / smaller);
  return {
    shape,
    milliseconds: runs.map(({ milliseconds }) => milliseconds),
    bytes: runs.at(-1)?.bytes ?? 0,
    exponent,
  };
}

function run(sources: Sources): { readonly milliseconds: number; readonly bytes: number } {
  const start = performance.now();
  const { wasm, diagnostics } = compile(sources);
  const milliseconds = performance.now() - start;
  if (wasm === undefined) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return { milliseconds, bytes: wasm.length };
}

function print(found: readonly Row[]): void {
  const { cpu, cores, platform, node } = machine(undefined);
  console.log(`${cpu}, ${cores} cores, ${platform}, Node ${node}\n`);
  console.log(["rules".padEnd(34), ...sizes.map((size) => String(size).padStart(9)), "KB", "growth"].join("  "));
  for (const { shape, milliseconds, bytes, exponent } of found) {
    const times = milliseconds.map((time) => `${time.toFixed(0)} ms`.padStart(9));
    console.log(
      [shape.padEnd(34), ...times, String(Math.round(bytes / 1000)), `n^${exponent?.toFixed(2) ?? "?"}`].join("  "),
    );
  }
}
