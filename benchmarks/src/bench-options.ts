import { parseArgs } from "node:util";
import { ENGINE_NAMES, type EngineName } from "./engine-names.ts";

export interface BenchOptions {
  readonly json: boolean;
  /** The folder that gets engine.md and its charts; undefined where none is written. */
  readonly report: string | undefined;
  /** A file of cases; without it the advisor's own policies. */
  readonly policies: string | undefined;
  /** What must not change is watched for a moment only: to try the report. */
  readonly quick: boolean;
  /** Which cases, by name. */
  readonly only: RegExp | undefined;
  readonly engines: readonly EngineName[] | undefined;
  /** Fresh processes for each engine and case. */
  readonly rounds: number;
  /** How long each process measures. */
  readonly milliseconds: number;
}

const USAGE = `usage: npm run bench -- [--json] [--policies FILE.jsonl] [--case REGEX] [--engine NAME]... [--rounds N] [--milliseconds N] [--report FOLDER [--quick]]
engines: ${ENGINE_NAMES.join(", ")}
`;

/** The options, or what to print where they are none. */
export function parseBenchOptions(args: readonly string[]): BenchOptions | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        json: { type: "boolean", default: false },
        report: { type: "string" },
        quick: { type: "boolean", default: false },
        policies: { type: "string" },
        case: { type: "string" },
        engine: { type: "string", multiple: true },
        rounds: { type: "string", default: "3" },
        milliseconds: { type: "string", default: "400" },
      },
    });
    const engines = values.engine?.map(engineName);
    return {
      json: values.json,
      report: values.report,
      quick: values.quick,
      policies: values.policies,
      only: values.case === undefined ? undefined : new RegExp(values.case),
      engines,
      rounds: count(values.rounds, 100),
      milliseconds: count(values.milliseconds, 600_000),
    };
  } catch (error) {
    return `bench: ${error instanceof Error ? error.message : String(error)}\n${USAGE}`;
  }
}

function engineName(text: string): EngineName {
  const found = ENGINE_NAMES.find((name) => name === text);
  if (found === undefined) throw new RangeError(`there is no engine "${text}"`);
  return found;
}

function count(text: string, most: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > most)
    throw new RangeError(`"${text}" is no integer from 1 to ${most}`);
  return value;
}
