import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { loadPolicy, type Policy } from "@flyball/engine";
import { compileHostile } from "./compile-hostile.ts";
import { openHostile } from "./open-hostile.ts";

export interface Recovery {
  readonly kind: string;
  /** What the base documents take in the module's memory. */
  readonly dataBytes: number;
  /** The faulty evaluation and the good one after it together, in milliseconds: the middle of so many. */
  readonly milliseconds: number;
  readonly rounds: number;
}

const ROUNDS = 101;
/** So that each module's memory holds more than 10 MB of them. */
const ROWS = { own: 90_000, opa: 32_000 };

/** How long it takes from the beginning of an evaluation that costs the instance to the end of the next good one, with more than 10 MB of base documents. Throws where an answer is wrong. */
export async function measureRecoveries(): Promise<readonly Recovery[]> {
  return [await recoveryOfOwn(limitsOf(ROWS.own)), await recoveryOfOpa(limitsOf(ROWS.opa))];
}

function limitsOf(rows: number): object {
  return Object.fromEntries(
    Array.from({ length: rows }, (_, i) => [`client ${i}`, { allow: i, review: 2 * i, note: "x".repeat(40) }]),
  );
}

async function recoveryOfOwn(limits: object): Promise<Recovery> {
  const memories = watchMemories();
  const policy = await openHostile(compileHostile(), { memoryPages: 1_024, data: { limits } });
  return measure("a module of our own", {
    policy,
    bytes: memories.largest,
    bad: { entrypoint: "hostile/asked", input: { ask: "throws" }, code: "engine_fault" },
    good: { entrypoint: "hostile/known", input: { client: "client 77" }, value: 77 },
  });
}

async function recoveryOfOpa(limits: object): Promise<Recovery> {
  const wasm = new Uint8Array(gunzipSync(readFileSync(new URL("../opa/fixtures/trade.wasm.gz", import.meta.url))));
  const builtins = { "crypto.sha256": () => "", "yaml.marshal": () => "", "time.now_ns": () => 1 };
  const memories = watchMemories();
  const policy = await loadPolicy(wasm, {
    data: { limits },
    builtins,
    clock: () => 0n,
    limits: { memoryPages: 2_048 },
  });
  return measure("a module made by OPA", {
    policy,
    bytes: memories.largest,
    bad: { entrypoint: "trade/conflict", input: { a: 1, b: 1 }, code: "policy_conflict" },
    good: { entrypoint: "trade/decision", input: { role: "client 77", amount: 78 }, value: "MANUAL_REVIEW" },
  });
}

interface Subject {
  readonly policy: Policy;
  readonly bytes: () => number;
  readonly bad: { readonly entrypoint: string; readonly input: unknown; readonly code: string };
  readonly good: { readonly entrypoint: string; readonly input: unknown; readonly value: unknown };
}

function measure(kind: string, { policy, bytes, bad, good }: Subject): Recovery {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    const fault = policy.evaluate(bad.input, { entrypoint: bad.entrypoint });
    const next = policy.evaluate(good.input, { entrypoint: good.entrypoint });
    times.push(performance.now() - start);
    if (fault.kind !== "fault" || fault.code !== bad.code) throw new Error(`${kind}: ${JSON.stringify(fault)}`);
    if (next.kind !== "value" || next.value !== good.value) throw new Error(`${kind}: ${JSON.stringify(next)}`);
  }
  const milliseconds = times.sort((a, b) => a - b)[ROUNDS >> 1] ?? Number.NaN;
  return { kind, dataBytes: bytes(), milliseconds, rounds: ROUNDS };
}

/** The largest memory of the modules that are instantiated from now on. */
function watchMemories(): { readonly largest: () => number } {
  const memories = new Set<WebAssembly.Memory>();
  const { Instance } = WebAssembly;
  WebAssembly.Instance = new Proxy(Instance, {
    construct: (target, args) => {
      const instance = new target(...(args as [WebAssembly.Module]));
      const { memory } = instance.exports;
      if (memory instanceof WebAssembly.Memory) memories.add(memory);
      return instance;
    },
  });
  return {
    largest: () => {
      WebAssembly.Instance = Instance;
      return Math.max(0, ...[...memories].map(({ buffer }) => buffer.byteLength));
    },
  };
}
