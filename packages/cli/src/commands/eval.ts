import { type Command, defineCommand } from "../command.ts";
import { EVALUATION_FLAGS, type EvaluationFlags } from "../evaluation-limits.ts";
import { SCHEMA_FLAG, type SchemaFlag } from "../sources/read-schemas.ts";
import { JSON_FLAG, type JsonFlag, SOURCE_FLAGS, type SourceFlags } from "../sources/source-flags.ts";

export interface EvalFlags extends SourceFlags, EvaluationFlags, JsonFlag, SchemaFlag {
  readonly data: readonly string[];
  readonly bundle: readonly string[];
  readonly input: string | undefined;
  readonly "stdin-input": boolean;
  readonly module: string | undefined;
  readonly entrypoint: string | undefined;
  readonly package: string | undefined;
  readonly import: readonly string[];
  readonly format: string | undefined;
  readonly "strict-builtin-errors": boolean;
  readonly fail: boolean;
  readonly "fail-defined": boolean;
  readonly strict: boolean;
}

export const evaluate: Command = defineCommand<EvalFlags>({
  name: "eval",
  summary: "evaluate a query, or a module's entrypoint",
  forms: ["QUERY [-d PATH]... [-i INPUT]", "-m policy.wasm [-e ENTRYPOINT] [-i INPUT]"],
  about:
    "Evaluates a query over Rego and data, or an entrypoint of a module, and prints what `opa eval --format json` prints.",
  flags: {
    data: {
      type: "string",
      short: "d",
      multiple: true,
      value: "PATH",
      help: "Rego, .json, .yaml, bundles, or folders of them; NAME:FILE puts a document at data.NAME",
    },
    bundle: { type: "string", short: "b", multiple: true, value: "PATH", help: "a bundle, as a file or a folder" },
    input: { type: "string", short: "i", value: "FILE", help: "the input, .json or .yaml" },
    "stdin-input": { type: "boolean", short: "I", help: "the input comes from standard input" },
    module: { type: "string", short: "m", value: "FILE", help: "a compiled policy, evaluated instead of sources" },
    entrypoint: { type: "string", short: "e", value: "NAME", help: "which entrypoint of the module (its first)" },
    package: { type: "string", value: "NAME", help: "the package that the query is in" },
    import: { type: "string", multiple: true, value: "REF", help: "an import for the query, as data.roles" },
    format: { type: "string", short: "f", value: "FORMAT", help: "json, values, bindings, raw or discard (json)" },
    "strict-builtin-errors": { type: "boolean", help: "an error of a built-in ends the evaluation" },
    fail: { type: "boolean", help: "exit status 1 where the query is undefined" },
    "fail-defined": { type: "boolean", help: "exit status 1 where the query is defined" },
    ...EVALUATION_FLAGS,
    strict: { type: "boolean", short: "S", help: "refuse what check --strict refuses" },
    schema: SCHEMA_FLAG,
    ...SOURCE_FLAGS,
    json: JSON_FLAG,
  },
  load: async () => (await import("../eval/run-eval.ts")).runEval,
});
