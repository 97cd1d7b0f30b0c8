import type { Output } from "../command.ts";
import { type Paint, painter } from "../terminal/paint.ts";
import type { Coverage, LineRange } from "./coverage.ts";
import type { Failure, TestResult } from "./test-result.ts";

const COLOURS = { pass: "green", fail: "red", error: "red", skip: "yellow" } as const;

/** Prints what became of the tests, for people: those that did not pass with what they failed at, and the counts. */
export function reportTests(
  results: readonly TestResult[],
  { verbose, output }: { readonly verbose: boolean; readonly output: Output },
): void {
  const paint = painter(output.colours.out);
  const count = (outcome: TestResult["outcome"]) => results.filter((result) => result.outcome === outcome).length;
  for (const result of results) {
    if (!verbose && (result.outcome === "pass" || result.outcome === "skip")) continue;
    output.out(resultText(result, { verbose, paint }));
  }
  if (results.length === 0) output.err("no tests found: tests are rules whose names begin with test_\n");
  const ran = results.length - count("skip");
  const bad = count("fail") + count("error");
  output.out(`${paint(bad === 0 ? "green" : "bold", `PASS: ${count("pass")}/${ran}`)}\n`);
  if (bad > 0) output.out(`${paint("red", `FAIL: ${bad}/${ran}`)}\n`);
  if (count("skip") > 0) output.out(`${paint("yellow", `SKIPPED: ${count("skip")}`)}\n`);
  output.out(frameText(results, verbose));
}

function resultText(
  { file, line, name, outcome, error, cases, printed, failure, value, frame, duration }: TestResult,
  { verbose, paint }: { readonly verbose: boolean; readonly paint: Paint },
): string {
  const time = verbose && outcome !== "skip" ? ` (${Math.round(duration / 1000)} us)` : "";
  const head = `${file}:${line}: ${name}: ${paint(COLOURS[outcome], outcome.toUpperCase())}${error === undefined ? "" : ` ${error}`}${time}`;
  const lines = [head];
  for (const { path, passed } of cases)
    if (verbose || !passed) lines.push(`  ${path.join(" / ")}: ${passed ? "PASS" : paint("red", "FAIL")}`);
  if (failure !== undefined) lines.push(...failureLines(failure, file));
  else if (outcome === "fail" && cases.length === 0)
    lines.push(value === undefined ? "  none of its body was come to" : `  its value is ${value}, not true`);
  lines.push(...printed.map((each) => `  | ${each}`));
  if (verbose) for (const reason of frame.reasons) lines.push(`  not through the frame: ${reason}`);
  return `${lines.join("\n")}\n`;
}

function failureLines({ line, text, values, attempts }: Failure, file: string): readonly string[] {
  const width = Math.min(40, Math.max(0, ...values.map((each) => each.text.length)));
  const times = attempts > 1 ? ` (the last of ${attempts} times)` : "";
  return [
    `  ${file}:${line}: does not hold${times}`,
    `    ${text}`,
    ...values.map((each) => `      ${each.text.padEnd(width)} = ${each.value ?? "undefined"}`),
  ];
}

/** How the tests with input did through the frame, and the reasons of those that could not. */
function frameText(results: readonly TestResult[], verbose: boolean): string {
  const withInput = results.filter(({ frame }) => frame.hasInput);
  if (withInput.length === 0) return "";
  const through = withInput.filter(({ frame }) => frame.reasons.length === 0);
  const reasons = new Map<string, number>();
  for (const { frame } of withInput)
    for (const reason of frame.reasons) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  const lines = [`FRAME: ${through.length}/${withInput.length} tests with input`];
  if (!verbose) for (const [reason, tests] of reasons) lines.push(`  not ${tests}: ${reason}`);
  return `${lines.join("\n")}\n`;
}

/** The coverage of each file, and the lines that are not covered. */
export function reportCoverage(
  { files, covered, notCovered, percentage }: Coverage,
  { verbose, output }: { readonly verbose: boolean; readonly output: Output },
): void {
  const paint = painter(output.colours.out);
  output.out("\n");
  for (const [file, each] of files) {
    if (each.notCoveredLines === 0 && !verbose) continue;
    const colour = each.notCoveredLines === 0 ? "green" : "yellow";
    output.out(`${file}: ${paint(colour, percentText(each.percentage))}${missing(each.notCovered)}\n`);
  }
  output.out(`COVERAGE: ${percentText(percentage)} (${covered} of ${covered + notCovered} lines)\n`);
}

function missing(ranges: readonly LineRange[]): string {
  if (ranges.length === 0) return "";
  return `, not ${ranges.map(({ start, end }) => (start === end ? `${start}` : `${start}-${end}`)).join(", ")}`;
}

/** Never rounded up to 100. */
export function percentText(share: number): string {
  return `${(Math.floor(share * 100) / 100).toFixed(2)} %`;
}
