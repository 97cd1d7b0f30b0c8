import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { compile, formatDiagnostic } from "@flyball/compiler";
import { buildOpaModule } from "./build-opa-module.ts";
import { ENGINE_NAMES, type EngineName } from "./engine-names.ts";
import type { Opa } from "./find-opa.ts";
import type { BenchCase } from "./read-cases.ts";

/** What a measuring process is told; paths, so that it starts with nothing of ours in memory. */
export interface Job {
  /** `{ data, inputs, want }` */
  readonly casePath: string;
  readonly entrypoint: string;
  readonly flyballModule: string | undefined;
  /** What \`flyball build --encoder\` writes. */
  readonly flyballEncoder: string | undefined;
  readonly opaModule: string | undefined;
  /** The same, where neither counts steps. */
  readonly uncountedModule: string | undefined;
  readonly uncountedEncoder: string | undefined;
  /** Built-ins that the policy asks its host for. */
  readonly hostBuiltins: readonly string[];
  readonly opa: string | undefined;
  readonly opaFlags: readonly string[];
  /** The folder of Rego sources, and the file of base documents. */
  readonly sources: string;
  readonly dataPath: string;
  readonly handwritten: string | undefined;
}

export interface PreparedCase {
  readonly name: string;
  readonly job: Job;
  readonly engines: readonly EngineName[];
  /** Engines that cannot take this case at all, and why. */
  readonly refusals: ReadonlyMap<EngineName, string>;
}

/** Writes a case to disk and compiles it for each engine, so that no measuring process has to. */
export function prepareCase(
  given: BenchCase,
  { folder, opa }: { readonly folder: string; readonly opa: Opa | undefined },
): PreparedCase {
  const place = join(folder, given.name.replaceAll(/[^\w-]/g, "_"));
  const sources = join(place, "policy");
  const refusals = new Map<EngineName, string>();
  for (const [file, text] of Object.entries(given.modules)) {
    mkdirSync(dirname(join(sources, file)), { recursive: true });
    writeFileSync(join(sources, file), text);
  }
  const { data, inputs, want } = given;
  const casePath = join(place, "case.json");
  writeFileSync(casePath, JSON.stringify({ data, inputs, want }));
  const dataPath = join(place, "data.json");
  writeFileSync(dataPath, JSON.stringify(data));
  const opaFlags = opa?.version.startsWith("0.") === true ? ["--v1-compatible"] : [];
  const job: Job = {
    casePath,
    entrypoint: given.entrypoint,
    ...compileWithFlyball(given, { place, refusals }),
    opaModule:
      opa === undefined
        ? undefined
        : buildOpaModule({ opa, opaFlags, sources, entrypoint: given.entrypoint, place, refusals }),
    opa: opa?.path,
    opaFlags,
    sources,
    dataPath,
    handwritten: given.handwritten,
  };
  return {
    name: given.name,
    job,
    engines: ENGINE_NAMES.filter((engine) =>
      isPossible(engine, { job, refusals, isLimits: given.name.startsWith("limits") }),
    ),
    refusals,
  };
}

interface Possibilities {
  readonly job: Job;
  readonly refusals: ReadonlyMap<EngineName, string>;
  readonly isLimits: boolean;
}

function isPossible(engine: EngineName, { job, refusals, isLimits }: Possibilities): boolean {
  switch (engine) {
    case "handwritten":
      return job.handwritten !== undefined;
    case "flyball":
      return true;
    case "flyball-read":
    case "flyball-encoder":
    case "flyball-encoder-read":
    case "flyball-uncounted":
      return job.flyballModule !== undefined;
    case "opa-wasm":
      return job.opaModule !== undefined || refusals.has("opa-wasm");
    case "cedar-wasm":
    case "casbin":
      // Written for these cases, as `handwritten` is.
      return isLimits;
    case "opa-http":
      return job.opa !== undefined;
  }
}

interface Compilation {
  readonly place: string;
  readonly refusals: Map<EngineName, string>;
}

/** Base documents are set at load, as they are for OPA's module. */
function compileWithFlyball(
  { modules, entrypoint }: BenchCase,
  { place, refusals }: Compilation,
): Pick<Job, "flyballModule" | "flyballEncoder" | "uncountedModule" | "uncountedEncoder" | "hostBuiltins"> {
  const { wasm, manifest, encoder, diagnostics } = compile({ modules, entrypoints: [entrypoint] });
  if (wasm === undefined) {
    const [first] = diagnostics;
    refusals.set("flyball", first === undefined ? "does not compile" : formatDiagnostic(first, undefined));
    return {
      flyballModule: undefined,
      flyballEncoder: undefined,
      uncountedModule: undefined,
      uncountedEncoder: undefined,
      hostBuiltins: [],
    };
  }
  const write = (name: string, content: Uint8Array | string): string => {
    const path = join(place, name);
    writeFileSync(path, content);
    return path;
  };
  const uncounted = compile({ modules, entrypoints: [entrypoint], counting: false });
  return {
    flyballModule: write("flyball.wasm", wasm),
    flyballEncoder: write("flyball.encoder.mjs", encoder ?? ""),
    uncountedModule: write("uncounted.wasm", uncounted.wasm ?? ""),
    uncountedEncoder: write("uncounted.encoder.mjs", uncounted.encoder ?? ""),
    hostBuiltins: manifest?.builtins.map(({ name }) => name) ?? [],
  };
}
