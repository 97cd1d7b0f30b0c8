/**
 * `npm run bench:compile -- [--rules 100,1000,10000] [--json | --report]`: how long the compiler takes as policies grow, and how long the command takes from start to end on one small policy. Prints one line for
 * each shape of policy: milliseconds of processor time at each size (what else runs on the machine counts little), the size of the last module, and the exponent of growth between the last two sizes (1 is linear). Each figure is the least of three runs in this process, above
 * 1,000 rules one run; the first, cold one is left out. `--report` writes docs/benchmarks/compile-time.md as well.
 */
import { writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { compile } from "@flyball/compiler";
import { type CommandTime, timeCommands } from "./command-time.ts";
import { machine } from "./machine.ts";
import { POLICY_SHAPES, type Sources } from "./policy-shapes.ts";

const RUNS = 3;

const { values } = parseArgs({
  options: {
    rules: { type: "string", default: "100,300,1000,3000,10000" },
    json: { type: "boolean", default: false },
    report: { type: "boolean", default: false },
  },
});
const sizes = values.rules.split(",").map(Number);
if (sizes.some((size) => !Number.isInteger(size) || size < 1)) {
  console.error("usage: compile-time.ts [--rules 100,1000,10000] [--json | --report]");
  process.exit(2);
}

interface Row {
  readonly shape: string;
  readonly milliseconds: readonly number[];
  readonly bytes: number;
  readonly exponent: number | undefined;
}

const REPORT = fileURLToPath(new URL("../../docs/benchmarks/compile-time.md", import.meta.url));

// Before anything else: the machine is to be as idle as it is.
const load = loadavg()[0] ?? 0;
const commands = timeCommands();
const rows = Object.entries(POLICY_SHAPES).map(([shape, make]) => measure(shape, make));
if (values.json) console.log(JSON.stringify({ machine: machine(undefined), sizes, results: rows, commands }));
else print();
if (values.report) writeFileSync(REPORT, report());

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
  const start = process.cpuUsage();
  const { wasm, diagnostics } = compile(sources);
  const { user, system } = process.cpuUsage(start);
  const milliseconds = (user + system) / 1000;
  if (wasm === undefined) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return { milliseconds, bytes: wasm.length };
}

function cells({ milliseconds, bytes, exponent }: Row): readonly string[] {
  const times = milliseconds.map((time) => `${time.toFixed(0)} ms`);
  return [...times, `${Math.round(bytes / 1000)} KB`, `n^${exponent?.toFixed(2) ?? "?"}`];
}

function commandText({ command, medianMs, leastMs, processorMs }: CommandTime): readonly string[] {
  return [command, ...[medianMs, leastMs, processorMs].map((time) => `${time.toFixed(0)} ms`)];
}

function machineText(): string {
  const { cpu, cores, platform, node } = machine(undefined);
  return `${cpu}, ${cores} cores, ${platform}, Node ${node}; load of the minute before ${load.toFixed(2)}`;
}

function print(): void {
  console.log(`${machineText()}\n`);
  console.log(["rules".padEnd(34), ...sizes.map((size) => String(size).padStart(9)), "size", "growth"].join("  "));
  for (const row of rows) console.log([row.shape.padEnd(34), ...cells(row).map((cell) => cell.padStart(9))].join("  "));
  for (const each of commands)
    console.log(
      commandText(each)
        .map((cell, index) => (index === 0 ? cell.padEnd(34) : cell.padStart(9)))
        .join("  "),
    );
}

function report(): string {
  const row = (texts: readonly string[]) => `| ${texts.join(" | ")} |`;
  const columns = ["policy", ...sizes.map((size) => size.toLocaleString("en")), "module", "growth"];
  return [
    "# How long compiling takes",
    "",
    "Policies of one shape each, from small to large: milliseconds of processor time from texts to the bytes of a module, all threads together, in a warm process. `growth` is the exponent between the last two sizes: 1 is linear. This page is written by a program:",
    "",
    "```sh",
    "npm run bench:compile -- --report",
    "```",
    "",
    `> ${machineText()}.`,
    "",
    row(columns),
    row(columns.map((_, index) => (index === 0 ? "---" : "---:"))),
    ...rows.map((each) => row([each.shape, ...cells(each)])),
    "",
    "## The command, as a whole process",
    "",
    "One small policy and its test; from the start of the process to its end, ten times each. What is started is the packed command of `npm run build`, as it is published.",
    "",
    row(["command", "median", "least", "processor time, median"]),
    row(["---", "---:", "---:", "---:"]),
    ...commands.map((each) => row(commandText(each))),
    "",
  ].join("\n");
}
