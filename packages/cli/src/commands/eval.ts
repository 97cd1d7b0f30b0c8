import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { loadBuiltins } from "@flyball/builtins";
import { assemblePlan, planQuery } from "@flyball/compiler";
import { type Evaluation, loadPolicy } from "@flyball/engine";
import { getKey, isArray, isObject, isSet, objectSize, type RegoValue, toJson } from "@flyball/engine/values";
import { type Command, type ExitStatus, type Output, UsageError } from "../command.ts";
import { readJson, readSources } from "../read-sources.ts";
import { reportDiagnostics } from "../report-diagnostics.ts";

const usage = `flyball eval QUERY [-d PATH]... [-i INPUT]
flyball eval -m policy.wasm [-e ENTRYPOINT] [-i INPUT]

Evaluates a query over Rego and data files, or an entrypoint of a module, and prints what \`opa eval --format json\` prints.
  -d, --data         Rego and .json files, or folders of them
  -i, --input        a JSON file
  -m, --module       a compiled policy
  -e, --entrypoint   which entrypoint of the module (its first)
`;

export const evaluate: Command = {
  usage,
  // biome-ignore lint/suspicious/useAwait: what it throws is to arrive as a rejection, as from the other commands
  run: async (args, output) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        data: { type: "string", short: "d", multiple: true, default: [] },
        input: { type: "string", short: "i" },
        module: { type: "string", short: "m" },
        entrypoint: { type: "string", short: "e" },
        json: { type: "boolean", default: false },
      },
    });
    const input = values.input === undefined ? undefined : readJson(values.input);
    const [query, ...others] = positionals;
    if (values.module !== undefined) {
      if (query !== undefined) throw new UsageError("eval takes a query or a module (-m), not both");
      return evaluateModule({ path: values.module, entrypoint: values.entrypoint, input, output });
    }
    if (query === undefined || others.length > 0) throw new UsageError("eval needs one query, in quotes");
    return evaluateQuery({ query, paths: values.data, input, json: values.json, output });
  },
};

interface QueryRun {
  readonly query: string;
  readonly paths: readonly string[];
  readonly input: RegoValue | undefined;
  readonly json: boolean;
  readonly output: Output;
}

async function evaluateQuery({ query, paths, input, json, output }: QueryRun): Promise<ExitStatus> {
  const { modules, data } = readSources(paths, { data: true });
  const { plan, statements, diagnostics } = planQuery({ modules, query, data: data ?? {}, capture: true });
  if (reportDiagnostics({ diagnostics, modules: { ...modules, query }, json, output }) || plan === undefined) return 2;
  const { wasm, manifest } = assemblePlan(plan, { frame: true });
  const policy = await loadPolicy(wasm, {
    builtins: await loadBuiltins(manifest.builtins.map(({ name }) => name)),
    clock: now,
  });
  const evaluation = policy.evaluate(input);
  if (evaluation.kind === "fault") return printFault(evaluation, output);
  const solutions = evaluation.kind === "value" && isSet(evaluation.value) ? [...evaluation.value] : [];
  output.out(`${toJson(queryResult(solutions, statements), { indent: 2 })}\n`);
  return 0;
}

interface StatementText {
  readonly text: string;
  readonly row: number;
  readonly column: number;
}

/** `{ "result": [{ "expressions": [...], "bindings": {...} }] }`; without a solution `{}`. */
function queryResult(solutions: readonly RegoValue[], statements: readonly StatementText[]): RegoValue {
  if (solutions.length === 0) return {};
  const result = solutions.map((solution): RegoValue => {
    const bindings = isObject(solution) ? getKey(solution, "bindings") : undefined;
    const values = isObject(solution) ? getKey(solution, "expressions") : undefined;
    const expressions = (values !== undefined && isArray(values) ? values : []).map((value, index): RegoValue => {
      const { text, row, column } = statements[index] ?? { text: "", row: 1, column: 1 };
      return { value, text, location: { row, col: column } };
    });
    return bindings !== undefined && isObject(bindings) && objectSize(bindings) > 0
      ? { expressions, bindings }
      : { expressions };
  });
  return { result };
}

interface ModuleRun {
  readonly path: string;
  readonly entrypoint: string | undefined;
  readonly input: RegoValue | undefined;
  readonly output: Output;
}

async function evaluateModule({ path, entrypoint, input, output }: ModuleRun): Promise<ExitStatus> {
  const bytes = new Uint8Array(readModule(path));
  const builtins = await loadBuiltins(
    WebAssembly.Module.imports(await WebAssembly.compile(bytes)).map(({ name }) => name),
  );
  const policy = await loadPolicy(bytes, { builtins, clock: now });
  const names = policy.manifest.entrypoints.map(({ name }) => name);
  if (entrypoint !== undefined && !names.includes(entrypoint))
    throw new UsageError(`no entrypoint ${entrypoint}: the module has ${names.join(", ")}`);
  const evaluation = policy.evaluate(input, entrypoint === undefined ? {} : { entrypoint });
  if (evaluation.kind === "fault") return printFault(evaluation, output);
  const text = `data.${(entrypoint ?? names[0] ?? "").split("/").join(".")}`;
  const result =
    evaluation.kind === "value"
      ? { result: [{ expressions: [{ value: evaluation.value, text, location: { row: 1, col: 1 } }] }] }
      : {};
  output.out(`${toJson(result, { indent: 2 })}\n`);
  return 0;
}

function readModule(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new UsageError(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function printFault({ code, message }: Extract<Evaluation, { kind: "fault" }>, output: Output): ExitStatus {
  output.out(`${toJson({ errors: [{ code, message }] }, { indent: 2 })}\n`);
  return 2;
}

function now(): bigint {
  return BigInt(Date.now()) * 1_000_000n;
}
