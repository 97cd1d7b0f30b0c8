import type { Manifest } from "./abi/manifest.ts";
import type { Evaluation } from "./evaluation.ts";
import type { RegoValue } from "./values/rego-value.ts";

/** At most so many constants are kept decoded. */
const MOST = 4_096;

/** A power of two: those last asked for, by their address. */
const RECENT = 64;

interface Entry {
  readonly tag: number;
  readonly address: number;
  readonly evaluation: Evaluation;
}

/** Evaluations whose value is a constant of the module: decoded once, frozen, shared by all evaluations. */
export class ConstantEvaluations {
  readonly #start: number;
  readonly #end: number;
  readonly #entries = new Map<number, Entry>();
  readonly #recent: (Entry | undefined)[] = Array.from({ length: RECENT }, () => undefined);

  constructor({ start, end }: Manifest["constants"]) {
    this.#start = start;
    this.#end = end;
  }

  /** One of those last asked for. Hot. */
  recent(tag: number, address: number): Evaluation | undefined {
    const recent = this.#recent[(address >>> 3) & (RECENT - 1)];
    return recent !== undefined && recent.address === address && recent.tag === tag ? recent.evaluation : undefined;
  }

  get(tag: number, address: number): Evaluation | undefined {
    if (address < this.#start || address >= this.#end) return undefined;
    const entry = this.#entries.get(address);
    if (entry === undefined || entry.tag !== tag) return undefined;
    this.#recent[(address >>> 3) & (RECENT - 1)] = entry;
    return entry.evaluation;
  }

  /** The evaluation with a value just decoded; kept if it is a constant and nobody can change it. */
  keep({ tag, address, value }: { tag: number; address: number; value: RegoValue }): Evaluation {
    const constant = address >= this.#start && address < this.#end;
    if (!constant || this.#entries.size >= MOST || !freeze(value)) return { kind: "value", value };
    const evaluation = Object.freeze({ kind: "value", value } as const);
    this.#entries.set(address, { tag, address, evaluation });
    return evaluation;
  }
}

/** Freezes a value and all in it; false where it has sets or maps, which JavaScript cannot freeze, and which therefore are never shared. */
function freeze(value: RegoValue): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (value instanceof Set || value instanceof Map) return false;
  let frozen = true;
  for (const member of Object.values(value)) if (!freeze(member as RegoValue)) frozen = false;
  Object.freeze(value);
  return frozen;
}
