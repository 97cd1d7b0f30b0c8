import { createHash } from "node:crypto";
import { type CompileResult, compile } from "@flyball/compiler";
import type { Call, ExitStatus } from "../command.ts";
import type { BuildFlags } from "../commands/build.ts";
import { reportDiagnostics } from "../report/report-diagnostics.ts";
import { grantOptions } from "../sources/granted.ts";
import { schemaOptions } from "../sources/read-schemas.ts";
import { readSources, type Sources } from "../sources/read-sources.ts";
import { languageOptions } from "../sources/source-flags.ts";
import { sizeText, sourceLimits } from "../sources/source-limits.ts";
import { watchPaths } from "../terminal/watch-paths.ts";
import { UsageError } from "../usage-error.ts";
import { withoutTests } from "../without-tests.ts";
import { writeWhole } from "../write-whole.ts";

type BuildCall = Call<BuildFlags>;

const DEFAULT_OUTPUT = "policy.wasm";

export async function runBuild(call: BuildCall): Promise<ExitStatus> {
  const { flags, positionals, output } = call;
  if (positionals.length === 0) throw new UsageError("build needs the path of a policy");
  if (flags.entrypoint.length === 0) throw new UsageError("build needs an entrypoint: -e PACKAGE/RULE");
  if (!flags.watch) return await buildOnce(call);
  const written = [flags.output ?? DEFAULT_OUTPUT, flags.bundle, flags.types, flags.encoder].filter(
    (file) => file !== undefined,
  );
  return watchPaths({
    paths: [...positionals, ...flags.data],
    ignored: written,
    output,
    run: () => buildAgain(call),
  });
}

/** While files are watched a file that cannot be read is no end: it may be half written. */
async function buildAgain(call: BuildCall): Promise<ExitStatus> {
  try {
    return await buildOnce(call);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    call.output.err(`flyball build: ${error.message}\n`);
    return 2;
  }
}

async function buildOnce({ flags, positionals, output }: BuildCall): Promise<ExitStatus> {
  const limits = sourceLimits(flags);
  const sources = await readSources(positionals, { data: false, limits });
  const modules = withoutTests(sources.modules);
  if (Object.keys(modules).length === 0) throw new UsageError(`no .rego file in ${positionals.join(", ")}`);
  const { data } = await readSources(dataPaths(positionals, flags.data), { data: true, modules: false, limits });
  const result = compile({
    modules,
    regoVersions: sources.regoVersions,
    strict: flags.strict,
    names: flags.names,
    entrypoints: flags.entrypoint,
    // A bundle carries its base documents beside the module, so that they can change without it.
    data: flags.bundle === undefined ? data : undefined,
    ...languageOptions(flags),
    ...(await schemaOptions(flags, limits)),
    ...grantOptions(flags),
  });
  if (reportDiagnostics({ diagnostics: result.diagnostics, modules, json: flags.json, output })) return 1;
  await writeResults(result, { flags, output, modules, data });
  return 0;
}

/** Bundles among the policies bring their own base documents. */
function dataPaths(policies: readonly string[], data: readonly string[]): readonly string[] {
  return [...data, ...policies.filter((path) => /\.(tar\.gz|tgz)$/.test(path) && !data.includes(path))];
}

/** The encoder of the bytes that are written: a pass over the module has made its digest another. */
function encoderOf({ wasm, encoder }: CompileResult, bytes: Uint8Array): string {
  const text = encoder ?? "";
  return wasm === undefined || wasm === bytes ? text : text.replace(sha256(wasm), sha256(bytes));
}

/** Generated code is not checked again; what it exports has types all the same. */
function asTypeScript(text: string): string {
  const typed = text
    .replace("export const digests =", "export const digests: readonly string[] =")
    .replace("export const encoders =", 'export const encoders: import("@flyball/engine").EncoderModule["encoders"] =');
  return `// @ts-nocheck\n${typed}`;
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

async function writeResults(
  result: CompileResult,
  { flags, output, modules, data }: Pick<BuildCall, "flags" | "output"> & Pick<Sources, "modules" | "data">,
): Promise<void> {
  const { wasm, manifest, types } = result;
  if (wasm === undefined || manifest === undefined) return;
  const bytes = flags.optimize ? await (await import("./optimize.ts")).optimizeModule(wasm) : wasm;
  const written: string[] = [];
  if (flags.bundle === undefined || flags.output !== undefined) {
    const path = flags.output ?? DEFAULT_OUTPUT;
    writeWhole(path, bytes);
    written.push(path);
  }
  if (flags.bundle !== undefined) {
    const { packBundle } = await import("../bundle/pack-bundle.ts");
    writeWhole(
      flags.bundle,
      packBundle({
        wasm: bytes,
        manifest,
        modules,
        data,
        revision: flags.revision ?? "",
        regoVersion: flags["v0-compatible"] ? 0 : 1,
      }),
    );
    written.push(flags.bundle);
  }
  if (flags.types !== undefined) {
    writeWhole(flags.types, types ?? "");
    written.push(flags.types);
  }
  if (flags.encoder !== undefined) {
    const text = encoderOf(result, bytes);
    writeWhole(flags.encoder, /\.m?ts$/.test(flags.encoder) ? asTypeScript(text) : text);
    written.push(flags.encoder);
  }
  const entrypoints = manifest.entrypoints.map(({ name }) => name);
  const summary = { output: written[0], written, bytes: bytes.length, entrypoints, digests: manifest.digests };
  output.out(
    flags.json
      ? `${JSON.stringify(summary, undefined, 2)}\n`
      : `${written.join(", ")}: ${sizeText(bytes.length)}, ${entrypoints.join(", ")}\n`,
  );
}
