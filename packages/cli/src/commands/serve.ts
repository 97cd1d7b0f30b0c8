import { type Command, defineCommand } from "../command.ts";
import { EVALUATION_FLAGS, type EvaluationFlags } from "../evaluation-limits.ts";
import { JSON_FLAG, type JsonFlag, SOURCE_FLAGS, type SourceFlags } from "../sources/source-flags.ts";

export interface ServeFlags extends SourceFlags, EvaluationFlags, JsonFlag {
  readonly module: string | undefined;
  readonly bundle: string | undefined;
  readonly data: readonly string[];
  readonly addr: string | undefined;
  readonly "max-request-size": string | undefined;
}

export const serve: Command = defineCommand<ServeFlags>({
  name: "serve",
  summary: "answer OPA's data API over HTTP",
  forms: ["[-m policy.wasm | -b BUNDLE] [-d DATA]... [--addr 127.0.0.1:8181]"],
  about:
    "Answers OPA's REST API for data from a compiled policy until it is stopped. Nobody is asked who they are: it is for the machine that it runs on.",
  flags: {
    module: { type: "string", short: "m", value: "FILE", help: "a compiled policy (policy.wasm)" },
    bundle: {
      type: "string",
      short: "b",
      value: "BUNDLE",
      help: "a bundle: its policy.wasm, or its Rego with every rule built in",
    },
    data: { type: "string", short: "d", multiple: true, value: "PATH", help: "base documents" },
    addr: {
      type: "string",
      short: "a",
      value: "HOST:PORT",
      help: "where to listen (127.0.0.1:8181); port 0 takes any",
    },
    "max-request-size": { type: "string", value: "SIZE", help: "the largest body of a request, unpacked (16M)" },
    ...EVALUATION_FLAGS,
    ...SOURCE_FLAGS,
    json: JSON_FLAG,
  },
  load: async () => (await import("../serve/run-serve.ts")).runServe,
});
