import { createHash } from "node:crypto";
import type { Policy } from "@flyball/engine";
import { canonicalJson } from "../action/canonical-json.ts";
import { toPlainValue } from "../action/plain-value.ts";
import { type ReadPath, readPathsOf } from "./read-paths.ts";
import type { PolicyRule } from "./rules-of-record.ts";

/** One entrypoint of one loaded module: what is asked about every action. */
export interface ActionPolicy {
  readonly digest: string;
  readonly entrypoint: string;
  /**
   * An `Evaluation`; typed as unknown because `closeDecision` trusts nothing about it. `now`, in nanoseconds since 1970, is
   * what `time.now_ns()` answers: the moment that the record names, so that the decision can be computed again.
   */
  readonly evaluate: (input: unknown, now?: bigint) => unknown;
  /** The rules that succeed on an input, in the order of the manifest; evaluates once, off the hot path. */
  readonly explain?: (input: unknown) => readonly PolicyRule[];
  /** The parts of the input that this entrypoint can read; `[]` among them stands for all of it. */
  readonly reads: readonly ReadPath[];
  /** What it takes to ask the same policy again; what is absent cannot be computed again. */
  readonly kept?: KeptPolicy;
}

export interface KeptPolicy {
  readonly module: KeptBytes | null;
  /** Base documents that were set at load, as canonical JSON; data inside the module is in the module. */
  readonly data: KeptBytes | null;
  /** Digest over the names of the host built-ins and the version of who supplies them. */
  readonly builtins: string;
  readonly limits: { readonly fuel: number; readonly memoryPages: number; readonly depth: number };
}

export interface KeptBytes {
  readonly digest: string;
  readonly bytes: Uint8Array;
}

export interface KeepOptions {
  /** The module's bytes, exactly as they were loaded. */
  readonly module?: Uint8Array;
  /** The base documents that were set at load. */
  readonly data?: unknown;
  /** Who supplies the host built-ins, and in which version: `@flyball/builtins 0.1.0`. */
  readonly builtins?: string;
}

/** Asked once for each decision, so a policy can be exchanged between two decisions and never within one. */
export interface PolicySource {
  /** Undefined where no policy is loaded; every action is then refused with `policy_unavailable`. */
  readonly current: () => ActionPolicy | undefined;
}

/** Throws where the module has no such entrypoint, and where what is to be kept is not what was loaded. */
export function actionPolicy(policy: Policy, entrypoint: string, keep: KeepOptions = {}): ActionPolicy {
  const evaluate = policy.entrypoint(entrypoint);
  const names = policy.manifest.builtins.map(({ name }) => name).sort();
  const { fuel, memoryPages, depth } = policy.limits;
  return Object.freeze({
    digest: policy.digest,
    entrypoint,
    evaluate: readsTime(policy, entrypoint)
      ? (input: unknown, now?: bigint) => policy.evaluate(input, { entrypoint, ...(now === undefined ? {} : { now }) })
      : (input: unknown) => evaluate(input),
    explain: (input: unknown) =>
      policy
        .explain(input, { entrypoint })
        .rules.map(({ name, file, line }) => ({ name: name.replace(/^data\./, ""), file, line })),
    reads: readPathsOf(policy, entrypoint),
    kept: Object.freeze({
      module: keptModule(policy, keep.module),
      data: keptData(keep.data),
      builtins: sha256(canonicalJson({ names, from: keep.builtins ?? null })),
      limits: Object.freeze({ fuel, memoryPages, depth }),
    }),
  });
}

function readsTime({ manifest }: Policy, entrypoint: string): boolean {
  if (manifest.builtins.some(({ name }) => name === "time.now_ns")) return true;
  return manifest.entrypoints.some(({ name, clock }) => name === entrypoint && clock);
}

function keptModule(policy: Policy, bytes: Uint8Array | undefined): KeptBytes | null {
  if (bytes === undefined) return null;
  const digest = sha256(bytes);
  if (digest !== policy.digest) throw new TypeError("the bytes to keep are not those of the policy");
  return Object.freeze({ digest, bytes: Uint8Array.from(bytes) });
}

function keptData(data: unknown): KeptBytes | null {
  if (data === undefined) return null;
  const plain = toPlainValue(data);
  if (!plain.ok) throw new TypeError(`the data to keep ${plain.problem}`);
  const bytes = new TextEncoder().encode(canonicalJson(plain.value));
  return Object.freeze({ digest: sha256(bytes), bytes });
}

/** `sha256:` and 64 hexadecimal digits. */
export function sha256(content: string | Uint8Array): string {
  return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}

/** The source for a policy that stays as long as the process does. */
export function fixedPolicy(policy: ActionPolicy): PolicySource {
  return Object.freeze({ current: () => policy });
}
