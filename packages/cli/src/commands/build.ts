import { type Command, defineCommand } from "../command.ts";
import { GRANT_FLAG, type GrantFlag } from "../sources/granted.ts";
import { SCHEMA_FLAG, type SchemaFlag } from "../sources/read-schemas.ts";
import { JSON_FLAG, type JsonFlag, SOURCE_FLAGS, type SourceFlags } from "../sources/source-flags.ts";

export interface BuildFlags extends SourceFlags, JsonFlag, SchemaFlag, GrantFlag {
  readonly entrypoint: readonly string[];
  readonly data: readonly string[];
  readonly output: string | undefined;
  readonly bundle: string | undefined;
  readonly revision: string | undefined;
  readonly types: string | undefined;
  readonly encoder: string | undefined;
  readonly names: boolean;
  readonly optimize: boolean;
  readonly strict: boolean;
  readonly watch: boolean;
}

export const build: Command = defineCommand<BuildFlags>({
  name: "build",
  summary: "compile Rego to one policy.wasm",
  forms: ["PATH... -e ENTRYPOINT... [-d DATA]... [-o policy.wasm]"],
  about:
    "Compiles the policies below PATH to one WebAssembly module. Files whose names end in _test.rego are left out.",
  flags: {
    entrypoint: {
      type: "string",
      short: "e",
      multiple: true,
      value: "ENTRYPOINT",
      help: "a rule or package to evaluate, as finance/decision; several are allowed",
    },
    data: {
      type: "string",
      short: "d",
      multiple: true,
      value: "PATH",
      help: "base documents (.json, .yaml, bundles) that become part of the module",
    },
    output: { type: "string", short: "o", value: "FILE", help: "where the module goes (policy.wasm)" },
    bundle: {
      type: "string",
      value: "FILE.tar.gz",
      help: "write an OPA bundle: manifest, module, sources, base documents",
    },
    revision: { type: "string", value: "TEXT", help: "the bundle's revision" },
    types: {
      type: "string",
      value: "FILE.ts",
      help: "write the TypeScript types of the input that each entrypoint reads",
    },
    encoder: {
      type: "string",
      value: "FILE.js",
      help: "write an ES module (or FILE.ts) that encodes inputs for this very module: loadPolicy takes it as `encoder`",
    },
    names: { type: "boolean", help: "name the functions of the module, for profilers" },
    optimize: { type: "boolean", short: "O", help: "a last pass by binaryen, which must be installed" },
    strict: { type: "boolean", help: "refuse what check --strict refuses" },
    watch: { type: "boolean", short: "w", help: "build again whenever a file changes" },
    schema: SCHEMA_FLAG,
    grant: GRANT_FLAG,
    ...SOURCE_FLAGS,
    json: JSON_FLAG,
  },
  load: async () => (await import("../build/run-build.ts")).runBuild,
});
