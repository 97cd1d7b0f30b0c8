// What one policy check costs, both ways, in one process and one run: by function call (Architecture II) and by a request to an
// OPA server on loopback (Architecture I). In: the environment (the application's folder, inputs, an OPA or none). Out: one JSON
// line. Every answer is compared with the other way's: two that differ end the run, so no figure is of a wrong answer.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { isDeepStrictEqual } from "node:util";
import type * as Engine from "@flyball/engine";
import { type Latency, latencyOf } from "../latency.ts";
import { residentBytes, startOpa } from "./ask-opa.ts";

/** Of one architecture; `concurrent` is with `concurrency` callers at once. */
export interface CheckFigures {
  readonly single: Latency;
  readonly concurrent: Latency;
}

export interface Measured {
  readonly inProcess: CheckFigures;
  readonly opa?: CheckFigures & { readonly readyMs: number; readonly memoryBytes: number };
  readonly serviceMemoryBytes: number;
}

const setting = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
};
const app = setting("MEASURE_APP");
const bench = setting("MEASURE_BENCH");
const milliseconds = Number(setting("MEASURE_MS"));
const concurrency = Number(setting("MEASURE_CONCURRENCY"));
const entrypoint = setting("MEASURE_ENTRYPOINT");
const inputs = JSON.parse(readFileSync(`${bench}/inputs.json`, "utf8")) as readonly object[];

/** What the application's `load-action-policy.js` is to this program. */
interface ActionPolicyLoader {
  readonly loadActionPolicy: (
    file: string,
  ) => Promise<
    | { readonly ok: true; readonly policy: { readonly evaluate: (input: unknown) => unknown } }
    | { readonly ok: false; readonly message: string }
  >;
}

interface Decider {
  readonly decide: (input: unknown) => unknown;
  /** The same as what OPA would answer. */
  readonly answer: (input: unknown) => unknown;
}

/** The application's own policy, loaded by the application's own code. */
async function loadDecider(): Promise<Decider> {
  const load = (file: string): Promise<unknown> => import(pathToFileURL(file).href);
  const start = (await load(`${app}/apps/advisor/dist/start/load-action-policy.js`)) as ActionPolicyLoader;
  const find = createRequire(`${app}/apps/advisor/package.json`);
  const { toJson } = (await load(find.resolve("@flyball/engine"))) as typeof Engine;
  const loaded = await start.loadActionPolicy(`${app}/policy.wasm`);
  if (!loaded.ok) throw new Error(loaded.message);
  const { policy } = loaded;
  const answer = (input: unknown): unknown => {
    const evaluation = policy.evaluate(input) as Engine.Evaluation;
    if (evaluation.kind !== "value") throw new Error(`no value: ${JSON.stringify(evaluation)}`);
    return JSON.parse(toJson(evaluation.value));
  };
  return { decide: policy.evaluate, answer };
}

const now = (): number => Number(process.hrtime.bigint());

/** One caller after the other. */
function measureCalls(decide: (input: unknown) => unknown, forMs: number): readonly number[] {
  const samples: number[] = [];
  const end = performance.now() + forMs;
  for (let i = 0; performance.now() < end; i = (i + 1) % inputs.length) {
    const start = now();
    decide(inputs[i]);
    samples.push(now() - start);
  }
  return samples;
}

/** `concurrency` callers at the same moment: each waits for those before it, as they would in one process. */
function measureCallsAtOnce(decide: (input: unknown) => unknown, forMs: number): readonly number[] {
  const samples: number[] = [];
  const end = performance.now() + forMs;
  let next = 0;
  while (performance.now() < end) {
    const start = now();
    for (let caller = 0; caller < concurrency; caller++) {
      decide(inputs[next]);
      next = (next + 1) % inputs.length;
      samples.push(now() - start);
    }
  }
  return samples;
}

/** `callers` callers, each asking again as soon as it has its answer. The request's text is made within the time, as it would be. */
async function measureRequests(given: {
  readonly ask: (body: string) => Promise<unknown>;
  readonly callers: number;
  readonly forMs: number;
}): Promise<readonly number[]> {
  const samples: number[] = [];
  const end = performance.now() + given.forMs;
  let next = 0;
  const caller = async (): Promise<void> => {
    while (performance.now() < end) {
      const input = inputs[next];
      next = (next + 1) % inputs.length;
      const start = now();
      await given.ask(JSON.stringify({ input }));
      samples.push(now() - start);
    }
  };
  await Promise.all(Array.from({ length: given.callers }, caller));
  return samples;
}

async function measureOpa(wanted: readonly unknown[]): Promise<Measured["opa"]> {
  const opa = await startOpa({
    program: `${bench}/opa`,
    libraries: `${bench}/lib`,
    policies: `${bench}/policies`,
    entrypoint,
    connections: concurrency,
  });
  const { ask } = opa;
  try {
    for (const [index, input] of inputs.entries()) {
      const answer = await ask(JSON.stringify({ input }));
      if (isDeepStrictEqual(answer, wanted[index])) continue;
      throw new Error(
        `input ${index}: OPA says ${JSON.stringify(answer)}, the module ${JSON.stringify(wanted[index])}`,
      );
    }
    const figures = async (callers: number): Promise<Latency> => {
      await measureRequests({ ask, callers, forMs: milliseconds / 4 });
      return latencyOf(await measureRequests({ ask, callers, forMs: milliseconds }));
    };
    const single = await figures(1);
    return { single, concurrent: await figures(concurrency), readyMs: opa.readyMs, memoryBytes: opa.memory() };
  } finally {
    await opa.close();
  }
}

const serviceMemoryBytes = residentBytes(Number(setting("MEASURE_PID")));
const { decide, answer } = await loadDecider();
const answers = inputs.map(answer);
measureCalls(decide, milliseconds / 4);
const single = latencyOf(measureCalls(decide, milliseconds));
const inProcess = { single, concurrent: latencyOf(measureCallsAtOnce(decide, milliseconds)) };
const opa = process.env["MEASURE_OPA"] === "1" ? await measureOpa(answers) : undefined;
const measured: Measured = { inProcess, serviceMemoryBytes, ...(opa === undefined ? {} : { opa }) };
process.stdout.write(`${JSON.stringify(measured)}\n`);
