import type { Manifest } from "@flyball/engine";
import type { Call, ExitStatus } from "../command.ts";
import type { InspectFlags } from "../commands/inspect.ts";
import { readModule } from "../read-module.ts";
import { sizeText } from "../sources/source-limits.ts";
import { type Paint, painter } from "../terminal/paint.ts";
import { UsageError } from "../usage-error.ts";
import { sectionSizes } from "./section-sizes.ts";

export async function runInspect({ flags, positionals, output }: Call<InspectFlags>): Promise<ExitStatus> {
  const [path, ...others] = positionals;
  if (path === undefined || others.length > 0) throw new UsageError("inspect needs the path of one module");
  const { bytes, policy } = await readModule(path);
  const { manifest, digest } = policy;
  const sections = sectionSizes(bytes);
  output.out(
    flags.json
      ? `${JSON.stringify({ bytes: bytes.length, digest, sections, manifest }, undefined, 2)}\n`
      : describe({ path, bytes, sections, manifest, digest }, painter(output.colours.out)),
  );
  return 0;
}

interface Report {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly digest: string;
  readonly sections: ReturnType<typeof sectionSizes>;
  readonly manifest: Manifest;
}

function describe(report: Report, paint: Paint): string {
  const { path, bytes, digest, manifest } = report;
  const { maxPages, heapStart } = manifest.memory;
  const lines = [
    `${paint("bold", path)}  ${sizeText(bytes.length)}, compiled by ${compilerOf(manifest)}`,
    `  module   ${digest}`,
    `  sources  ${manifest.digests.sources}`,
    `  data     ${manifest.digests.data === "" ? "set at load" : `inside, ${manifest.digests.data}`}`,
    `  memory   ${sizeText(heapStart)} fixed, at most ${sizeText(maxPages * 65_536)}`,
    ...manifest.entrypoints.flatMap((each) => entrypointLines(each, manifest, paint)),
    ...section(
      "base documents that are read",
      paint,
      manifest.data.slots.map(({ path: steps }) => pathText("data", steps)),
    ),
    ...section("rules", paint, ruleLines(manifest)),
    ...section("size by part", paint, sizeLines(report)),
  ];
  return `${lines.join("\n")}\n`;
}

/** What stands in for the manifest of a module made by OPA says so. */
function compilerOf({ compiler, version }: Manifest): string {
  return compiler.startsWith("opa ") ? compiler : `flyball ${compiler}, ABI ${version}`;
}

function entrypointLines(
  { name, slots, fuel, builtins, clock }: Manifest["entrypoints"][number],
  { frame }: Manifest,
  paint: Paint,
): readonly string[] {
  const reads = readTexts(
    "input",
    frame.slots.filter(({ slot }) => slots.includes(slot)),
  );
  return [
    "",
    paint("cyan", name),
    `  fuel     ${fuel.bound === undefined ? "depends on the input" : `at most ${fuel.bound}`}`,
    ...(clock ? ["  clock    reads the time"] : []),
    ...(builtins.length > 0 ? [`  host     ${builtins.join(", ")}`] : []),
    ...(reads.length > 0
      ? reads.toSorted().map((each, index) => `  ${index === 0 ? "reads    " : "         "}${each}`)
      : ["  reads    nothing of the input"]),
  ];
}

function section(title: string, paint: Paint, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ["", paint("bold", title), ...lines.map((line) => `  ${line}`)];
}

function ruleLines({ rules }: Manifest): readonly string[] {
  const width = Math.max(0, ...rules.map(({ name }) => name.length));
  return rules.map(({ name, file, line }) => `${name.padEnd(width)}  ${file}:${line}`);
}

function sizeLines({ sections, bytes }: Report): readonly string[] {
  return sections.map(
    ({ name, size }) =>
      `${String(size).padStart(8)}  ${((100 * size) / bytes.length).toFixed(1).padStart(5)} %  ${name}`,
  );
}

/** `input.order["a b"][0]` */
/** The parts that are read, those of elements as `input.orders[_].amount`. */
function readTexts(root: string, slots: Manifest["frame"]["slots"]): readonly string[] {
  return slots
    .filter(({ as }) => as !== "present")
    .flatMap(({ path, rows }) => {
      const text = pathText(root, path);
      if (rows === undefined) return [text];
      const fields = readTexts(`${text}[_]`, rows.slots);
      return fields.length === 0 ? [`${text}[_]`] : fields;
    });
}

function pathText(root: string, steps: readonly (string | number)[]): string {
  return (
    root +
    steps
      .map((step) =>
        typeof step === "string" && /^[A-Za-z_][A-Za-z0-9_]*$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`,
      )
      .join("")
  );
}
