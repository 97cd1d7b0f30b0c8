/**
 * What must be the same wherever the engine runs. In: modules and inputs, as JSON. Out: answers and the fuel that they took, as JSON. It uses nothing but the engine and ECMAScript, since it runs in
 * Node of several versions and in a browser; `everywhere.test.ts` compares.
 */
import { type Evaluation, loadPolicy } from "@flyball/engine";
import { parseJson, toJson } from "@flyball/engine/values";
import { openHostile } from "../hostile/open-hostile.ts";
import { runHostile } from "../hostile/run-hostile.ts";

export interface PortableModule {
  readonly name: string;
  /** Base64. */
  readonly wasm: string;
  readonly entrypoint: string;
  /** JSON texts, so that numbers keep their digits; null: no input. */
  readonly inputs: readonly (string | null)[];
  readonly data?: string;
  readonly fuel?: number;
}

export interface PortableJob {
  readonly modules: readonly PortableModule[];
  /** Base64 of the module that hostile evaluations are made on. */
  readonly hostile: string;
}

export interface PortableReport {
  /** `name #input: answer, fuel`. */
  readonly answers: readonly string[];
  /** Classes of hostile evaluations that answered otherwise than expected. */
  readonly surprises: readonly string[];
  readonly classes: number;
}

/** Classes whose inputs are hundreds of megabytes of JavaScript, and take seconds to make. */
const HUGE = /million|2\^100/;

export async function runPortable({ modules, hostile }: PortableJob): Promise<PortableReport> {
  const answers: string[] = [];
  for (const { name, wasm, entrypoint, inputs, data, fuel } of modules) {
    const policy = await loadPolicy(bytesOf(wasm), {
      clock: () => 1_700_000_000_000_000_000n,
      builtins: (names) => new Map(names.map((each) => [each, (args) => [each, ...args]])),
      ...(data === undefined ? {} : { data: parseJson(data) }),
      ...(fuel === undefined ? {} : { limits: { fuel } }),
    });
    const evaluate = policy.entrypoint(entrypoint, { fuelUsed: true });
    for (const [i, input] of inputs.entries()) {
      const given = input === null ? undefined : parseJson(input);
      // The second time the platform may have compiled it better; nothing may change.
      const [first, second] = [evaluate(given), evaluate(given)].map(describe);
      answers.push(`${name} #${i}: ${first === second ? first : `${first} and then ${second}`}`);
    }
  }
  const policy = await openHostile(bytesOf(hostile));
  const results = runHostile(policy, (_, name) => (HUGE.test(name) ? 0 : 5));
  const surprises = results
    .filter(({ ran, asExpected }) => ran !== asExpected)
    .map(({ name, surprise }) => `${name}: ${surprise}`);
  return { answers, surprises, classes: results.length };
}

function describe(evaluation: Evaluation): string {
  const fuel = evaluation.fuelUsed === undefined ? "" : `, fuel ${evaluation.fuelUsed}`;
  switch (evaluation.kind) {
    case "value":
      return `${shortened(toJson(evaluation.value))}${fuel}`;
    case "undefined":
      return `undefined${fuel}`;
    case "fault":
      return `${evaluation.code}${fuel}`;
  }
}

/** Long answers by their length and a checksum. */
function shortened(text: string): string {
  if (text.length <= 120) return text;
  let sum = 0;
  for (let i = 0; i < text.length; i++) sum = (Math.imul(sum, 31) + text.charCodeAt(i)) | 0;
  return `${text.slice(0, 40)}... (${text.length} characters, ${sum})`;
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}
