/**
 * `node benchmarks/src/latency-layers.ts [--json] [--milliseconds N]`: what each layer costs, in one run and with one policy: the policy
 * as a function (`policy.evaluate`), an advisory decision (`governor.check`) and a governed call with a durable record before and after
 * it (`governTool`), the last two on each store, at concurrency 1 and 32. In: nothing; the stores are made in a folder of the run, and
 * PostgreSQL is the empty database of DATABASE_URL. Out: median, p95 and p99 of one call, and calls per second. Exit status 1 where an answer is wrong.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { compile } from "@flyball/compiler";
import { loadPolicy, type Policy } from "@flyball/engine";
import { actionPolicy, createGovernor, fixedPolicy, type Store } from "@flyball/governor";
import { openPostgresStore } from "@flyball/governor/postgres";
import { openSqliteStore } from "@flyball/governor/sqlite";
import { machine } from "./machine.ts";

const ENTRYPOINT = "bench/decision";
const CONCURRENCIES = [1, 32] as const;
const SOURCE = `package bench

default decision := "DENY"

limits := {"junior": 1000, "senior": 25000}

decision := "ALLOW" if {
  input.action.tool == "place_order"
  input.action.arguments.amount > 0
  input.action.arguments.amount <= limits[input.principal.role]
}
`;

interface Layer {
  readonly layer: string;
  readonly store: string;
  readonly concurrency: number;
  readonly medianUs: number;
  readonly p95Us: number;
  readonly p99Us: number;
  readonly perSecond: number;
}

/** One call in the session of its own worker, which throws where its answer is wrong. */
type Call = (index: number, session: string) => Promise<void>;

const principal = { tenant: "acme", issuer: "https://id.example", subject: "jun", role: "junior" } as const;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { json: { type: "boolean", default: false }, milliseconds: { type: "string", default: "1000" } },
  });
  const milliseconds = Number(values.milliseconds);
  const { wasm, diagnostics } = compile({ modules: { "bench.rego": SOURCE }, entrypoints: [ENTRYPOINT] });
  if (wasm === undefined) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  const policy = await loadPolicy(wasm, { limits: { fuel: 100_000 } });
  const layers: Layer[] = [evaluateLayer(policy, milliseconds)];
  for (const { name, open } of stores()) layers.push(...(await governorLayers({ policy, name, open, milliseconds })));
  const about = machine(undefined);
  if (values.json) process.stdout.write(`${JSON.stringify({ machine: about, layers }, undefined, 2)}\n`);
  else
    process.stdout.write(report(layers, `${about.cpu}, ${about.cores} cores, Node ${about.node}, ${about.platform}`));
}

interface OpenedStore {
  readonly store: Store;
  readonly close: () => Promise<void>;
}

interface NamedStore {
  readonly name: string;
  readonly open: () => Promise<OpenedStore>;
}

function stores(): readonly NamedStore[] {
  const sqlite = {
    name: "SQLite",
    open: () => {
      const folder = mkdtempSync(join(tmpdir(), "flyball-layers-"));
      const store = openSqliteStore({ path: join(folder, "governor.sqlite") });
      const close = async () => {
        await store.close();
        rmSync(folder, { recursive: true, force: true });
      };
      return Promise.resolve({ store, close });
    },
  };
  const { DATABASE_URL: connectionString } = process.env;
  if (connectionString === undefined) {
    process.stderr.write(
      "latency-layers: DATABASE_URL names no empty database: PostgreSQL is NOT measured in this run.\n",
    );
    return [sqlite];
  }
  const postgres = {
    name: "PostgreSQL",
    open: async () => {
      const store = await openPostgresStore({ connectionString });
      return { store, close: () => store.close() };
    },
  };
  return [sqlite, postgres];
}

/** A sample is the mean of 1,000 evaluations: reading the clock costs as much as one. */
function evaluateLayer(policy: Policy, milliseconds: number): Layer {
  const decide = policy.entrypoint(ENTRYPOINT);
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
  readonly name: string;
  readonly open: NamedStore["open"];
  readonly milliseconds: number;
}): Promise<Layer[]> {
  const layers: Layer[] = [];
  for (const concurrency of CONCURRENCIES) {
    // A store of its own for each figure, so that none is measured on what another has filled.
    for (const layer of ["governor.check", "governTool"] as const) {
      const { store, close } = await job.open();
      const governor = createGovernor({ policies: fixedPolicy(actionPolicy(job.policy, ENTRYPOINT)), store });
      const placeOrder = governor.governTool({ name: "place_order", schema, execute: ({ amount }) => ({ amount }) });
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
      await runCalls(call, { concurrency, milliseconds: job.milliseconds / 3 });
      const measured = await runCalls(call, { concurrency, milliseconds: job.milliseconds });
      layers.push(figures({ layer, store: job.name, concurrency }, measured));
      await governor.drain();
      await close();
    }
  }
  return layers;
}

interface OrderArguments {
  readonly amount: number;
}

/** A Standard Schema by hand, so that no validator is measured. */
const schema = {
  "~standard": {
    version: 1,
    vendor: "flyball-benchmarks",
    types: undefined as { readonly input: OrderArguments; readonly output: OrderArguments } | undefined,
    validate: (value: unknown) =>
      typeof value === "object" && value !== null && "amount" in value && typeof value.amount === "number"
        ? { value: { amount: value.amount } }
        : { issues: [{ message: "amount must be a number" }] },
  },
} as const;

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

const WIDTHS = [18, 12, 12, 12, 12, 12, 14] as const;

function report(layers: readonly Layer[], about: string): string {
  const head = ["layer", "store", "concurrency", "median us", "p95 us", "p99 us", "calls/s"];
  const rows = layers.map((each) => [
    each.layer,
    each.store,
    String(each.concurrency),
    each.medianUs.toFixed(2),
    each.p95Us.toFixed(2),
    each.p99Us.toFixed(2),
    each.perSecond.toLocaleString("en"),
  ]);
  const lines = [head, ...rows].map((cells) =>
    cells
      .map((cell, index) => (index < 2 ? cell.padEnd(WIDTHS[index] ?? 0) : cell.padStart(WIDTHS[index] ?? 0)))
      .join(""),
  );
  return `${about}\n\n${lines.join("\n")}\n`;
}

await main();
