import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { compile } from "@flyball/compiler";
import { type Command, UsageError } from "../command.ts";
import { readSources } from "../read-sources.ts";
import { reportDiagnostics } from "../report-diagnostics.ts";

const usage = `flyball build PATH... -e ENTRYPOINT... [-d DATA]... [-o policy.wasm] [--json]

Compiles Rego to one WebAssembly module.
  -e, --entrypoint   a rule or package to evaluate, as finance/decision; several are allowed
  -d, --data         .json files or folders of base documents that become part of the module
  -o, --output       where the module goes (policy.wasm)
`;

export const build: Command = {
  usage,
  // biome-ignore lint/suspicious/useAwait: what it throws is to arrive as a rejection, as from the other commands
  run: async (args, output) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        entrypoint: { type: "string", short: "e", multiple: true, default: [] },
        data: { type: "string", short: "d", multiple: true, default: [] },
        output: { type: "string", short: "o", default: "policy.wasm" },
        json: { type: "boolean", default: false },
      },
    });
    if (positionals.length === 0) throw new UsageError("build needs the path of a policy");
    if (values.entrypoint.length === 0) throw new UsageError("build needs an entrypoint: -e PACKAGE/RULE");
    const { modules } = readSources(positionals, { data: false });
    if (Object.keys(modules).length === 0) throw new UsageError(`no .rego file in ${positionals.join(", ")}`);
    const { data } = readSources(values.data, { data: true });
    const policies = Object.fromEntries(Object.entries(modules).filter(([path]) => !path.endsWith("_test.rego")));
    const { wasm, manifest, diagnostics } = compile({
      modules: policies,
      entrypoints: values.entrypoint,
      ...(data === undefined ? {} : { data }),
    });
    if (
      reportDiagnostics({ diagnostics, modules, json: values.json, output }) ||
      wasm === undefined ||
      manifest === undefined
    )
      return 1;
    writeWhole(values.output, wasm);
    const summary = {
      output: values.output,
      bytes: wasm.length,
      entrypoints: manifest.entrypoints.map(({ name }) => name),
      digests: manifest.digests,
    };
    output.out(
      values.json
        ? `${JSON.stringify(summary, undefined, 2)}\n`
        : `${values.output}: ${wasm.length} bytes, ${summary.entrypoints.join(", ")}\n`,
    );
    return 0;
  },
};

/** A reader of the file sees the old module or the new one, never a part. */
function writeWhole(path: string, bytes: Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}.tmp`;
  writeFileSync(draft, bytes);
  renameSync(draft, path);
}
