import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { loadBuiltins } from "@flyball/builtins";
import { loadPolicy, type Manifest, PolicyLoadError } from "@flyball/engine";
import { type Command, UsageError } from "../command.ts";
import { sectionSizes } from "../section-sizes.ts";

const usage = `flyball inspect policy.wasm [--json]

Shows what a module holds: digests, entrypoints, the paths of the input that each reads, fuel bounds, host built-ins, size by part.
`;

export const inspect: Command = {
  usage,
  run: async (args, output) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { json: { type: "boolean", default: false } },
    });
    const [path, ...others] = positionals;
    if (path === undefined || others.length > 0) throw new UsageError("inspect needs the path of one module");
    const bytes = read(path);
    const sections = sectionSizes(bytes);
    const manifest = await manifestOf(path, bytes);
    if (values.json) output.out(`${JSON.stringify({ bytes: bytes.length, sections, manifest }, undefined, 2)}\n`);
    else output.out(describe({ path, bytes, sections, manifest }));
    return 0;
  },
};

function read(path: string): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(readFileSync(path));
  } catch (error) {
    throw new UsageError(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The manifest as the engine accepts it. */
async function manifestOf(path: string, bytes: Uint8Array<ArrayBuffer>): Promise<Manifest> {
  try {
    const builtins = await loadBuiltins(
      WebAssembly.Module.imports(await WebAssembly.compile(bytes)).map(({ name }) => name),
    );
    return (await loadPolicy(bytes, { builtins, clock: () => 0n })).manifest;
  } catch (error) {
    if (error instanceof PolicyLoadError) throw new UsageError(`${path}: ${error.message}`);
    if (error instanceof WebAssembly.CompileError)
      throw new UsageError(`${path}: is no WebAssembly module: ${error.message}`);
    throw error;
  }
}

interface Report {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly sections: ReturnType<typeof sectionSizes>;
  readonly manifest: Manifest;
}

function describe({ path, bytes, sections, manifest }: Report): string {
  const lines = [
    `${path}: ${bytes.length} bytes, made by flyball ${manifest.compiler}`,
    `sources ${manifest.digests.sources}`,
    `data    ${manifest.digests.data}`,
  ];
  for (const { name, export: exported, slots, fuel, builtins, clock } of manifest.entrypoints) {
    lines.push("", `${name}  (export ${exported})`);
    lines.push(fuel.bound === undefined ? "  fuel: depends on the input" : `  fuel: at most ${fuel.bound}`);
    if (clock) lines.push("  needs a clock");
    if (builtins.length > 0) lines.push(`  host built-ins: ${builtins.join(", ")}`);
    lines.push("  reads:");
    const paths = manifest.frame.slots
      .filter(({ slot }) => slots.includes(slot))
      .map((slot) => ["input", ...slot.path].join("."));
    lines.push(...(paths.length > 0 ? paths.sort().map((each) => `    ${each}`) : ["    nothing of the input"]));
  }
  if (manifest.data.slots.length > 0)
    lines.push("", "base documents:", ...manifest.data.slots.map((slot) => `  ${["data", ...slot.path].join(".")}`));
  lines.push("", "size by part:", ...sections.map(({ name, size }) => `  ${String(size).padStart(8)}  ${name}`), "");
  return lines.join("\n");
}
