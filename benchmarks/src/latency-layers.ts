/**
 * `node benchmarks/src/latency-layers.ts [--json | --report] [--milliseconds N]`: what each layer costs, in one run and with one policy:
 * the policy as a function (`policy.evaluate`), an advisory decision (`governor.check`) and a governed call with a durable record before
 * and after it (`governTool`), the last two on each store, at concurrency 1 and 32; how a call grows with what was ordered before; and
 * what two processes get done that share one account. PostgreSQL is the empty database of DATABASE_URL. Out: tables, JSON, or with
 * `--report` the page docs/benchmarks/latency-layers.md. Exit status 1 where an answer is wrong.
 */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import type { Policy } from "@flyball/engine";
import { type HistoryFigure, measureHistory } from "./latency-layers-history.ts";
import { measureProcesses, type ProcessShare } from "./latency-layers-processes.ts";
import { type Findings, type Layer, page, printed } from "./latency-layers-report.ts";
import { type NamedStore, stores } from "./latency-layers-stores.ts";
import { layersEntrypoint, layersPolicy, openDesk, trader as principal } from "./latency-layers-tool.ts";
import { machine } from "./machine.ts";

const concurrencies = [1, 32] as const;
const pageFile = path.join(import.meta.dirname, "..", "..", "docs", "benchmarks", "latency-layers.md");

/** One call in the session of its own worker, which throws where its answer is wrong. */
type Call = (index: number, session: string) => Promise<void>;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      json: { type: "boolean", default: false },
      report: { type: "boolean", default: false },
      milliseconds: { type: "string", default: "1000" },
    },
  });
  const milliseconds = Number(values.milliseconds);
  const policy = await layersPolicy();
  const found = stores();
  const layers: Layer[] = [evaluateLayer(policy, milliseconds)];
  const history: HistoryFigure[] = [];
  const processes: (readonly ProcessShare[])[] = [];
  for (const named of found) layers.push(...(await governorLayers({ policy, named, milliseconds })));
  for (const named of found) history.push(...(await measureHistory(policy, named)));
  for (const named of found) processes.push(...(await measureProcesses(named, milliseconds * 2)));
  const versions = found.map(({ name, version }) => ({ name, version }));
  const findings: Findings = {
    machine: machine(undefined),
    stores: versions,
    milliseconds,
    layers,
    history,
    processes,
  };
  if (values.report) writeFileSync(pageFile, page(findings));
  process.stdout.write(values.json ? `${JSON.stringify(findings, undefined, 2)}\n` : printed(findings));
}

/** A sample is the mean of 1,000 evaluations: reading the clock costs as much as one. */
function evaluateLayer(policy: Policy, milliseconds: number): Layer {
  const decide = policy.entrypoint(layersEntrypoint);
  const inputs = Array.from({ length: 64 }, (_, index) => ({
    principal: { role: "junior" },
    action: { tool: "place_order", arguments: { amount: 1 + index } },
  }));
  const batch = 1_000;
  const sample = (): number => {
    const start = performance.now();
    for (let index = 0; index < batch; index += 1) {
      const evaluation = decide(inputs[index & 63]);
      if (evaluation.kind !== "value" || evaluation.value !== "ALLOW") throw new Error("the policy answers otherwise");
    }
    return (performance.now() - start) / batch;
  };
  for (let warm = 0; warm < 50; warm += 1) sample();
  const samples: number[] = [];
  const start = performance.now();
  while (performance.now() - start < milliseconds) samples.push(sample());
  const calls = samples.length * batch;
  return figures(
    { layer: "policy.evaluate", store: "none", concurrency: 1 },
    { samples, calls, milliseconds: performance.now() - start },
  );
}

async function governorLayers(job: {
  readonly policy: Policy;
  readonly named: NamedStore;
  readonly milliseconds: number;
}): Promise<Layer[]> {
  const layers: Layer[] = [];
  const { policy, named, milliseconds } = job;
  for (const concurrency of concurrencies) {
    // On SQLite a store of its own for each figure, so that none is measured on what another has filled.
    for (const layer of ["governor.check", "governTool"] as const) {
      const { store, close } = await named.open();
      const { governor, placeOrder } = openDesk(policy, store);
      const call: Call =
        layer === "governTool"
          ? async (index, session) => {
              const { outcome } = await placeOrder({ principal, session }, { amount: 1 + (index % 1_000) });
              if (outcome !== "executed") throw new Error(`a call was ${outcome}`);
            }
          : async (index, session) => {
              const { effect } = await governor.check(
                { principal, session },
                { tool: "place_order", arguments: { amount: 1 + (index % 1_000) } },
              );
              if (effect !== "ALLOW") throw new Error(`a check was ${effect}`);
            };
      await runCalls(call, { concurrency, milliseconds: milliseconds / 3 });
      const measured = await runCalls(call, { concurrency, milliseconds });
      layers.push(figures({ layer, store: named.name, concurrency }, measured));
      await governor.drain();
      await close();
    }
  }
  return layers;
}

interface Measured {
  /** Milliseconds for one call. */
  readonly samples: number[];
  readonly calls: number;
  readonly milliseconds: number;
}

async function runCalls(
  call: Call,
  { concurrency, milliseconds }: { readonly concurrency: number; readonly milliseconds: number },
): Promise<Measured> {
  const samples: number[] = [];
  const start = performance.now();
  let next = 0;
  const worker = async (session: string): Promise<void> => {
    for (;;) {
      const began = performance.now();
      if (began - start >= milliseconds) return;
      await call(next++, session);
      samples.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, (_, index) => worker(`s-${index}`)));
  return { samples, calls: samples.length, milliseconds: performance.now() - start };
}

function figures(
  of: Pick<Layer, "layer" | "store" | "concurrency">,
  { samples, calls, milliseconds }: Measured,
): Layer {
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (share: number): number => {
    const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
    return Math.round(value * 1_000_000) / 1_000;
  };
  return {
    ...of,
    medianUs: at(0.5),
    p95Us: at(0.95),
    p99Us: at(0.99),
    perSecond: Math.round((calls / milliseconds) * 1_000),
  };
}

await main();
