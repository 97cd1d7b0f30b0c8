import { type Command, defineCommand } from "../command.ts";
import { EVALUATION_FLAGS, type EvaluationFlags } from "../evaluation-limits.ts";
import { SCHEMA_FLAG, type SchemaFlag } from "../sources/read-schemas.ts";
import { JSON_FLAG, type JsonFlag, SOURCE_FLAGS, type SourceFlags } from "../sources/source-flags.ts";

export interface TestFlags extends SourceFlags, EvaluationFlags, JsonFlag, SchemaFlag {
  readonly run: string | undefined;
  readonly verbose: boolean;
  readonly coverage: boolean;
  readonly threshold: string | undefined;
  readonly watch: boolean;
}

export const test: Command = defineCommand<TestFlags>({
  name: "test",
  summary: "run the tests of policies",
  forms: ["PATH... [-r REGEX] [--coverage] [--threshold N] [--watch]"],
  about: `Runs every rule below PATH whose name begins with test_: it passes when its value is true. Rules whose names begin with todo_ are
counted as skipped. Data files below PATH are base documents. Each expression under \`with input as\` is also evaluated as an
application would: compiled for production, its input through the frame; a different answer is an error.`,
  flags: {
    run: { type: "string", short: "r", value: "REGEX", help: "only tests whose full name matches" },
    verbose: {
      type: "boolean",
      short: "v",
      help: "print each test, and why an evaluation could not go through the frame",
    },
    coverage: { type: "boolean", short: "c", help: "report which lines the tests ran" },
    threshold: { type: "string", value: "N", help: "least share of lines that must be covered, in per cent" },
    watch: { type: "boolean", short: "w", help: "run again whenever a file changes" },
    ...EVALUATION_FLAGS,
    schema: SCHEMA_FLAG,
    ...SOURCE_FLAGS,
    json: JSON_FLAG,
  },
  load: async () => (await import("../test/run-test.ts")).runTest,
});
