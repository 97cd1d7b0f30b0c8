import { type Evaluation, loadPolicy, POLICY_LOAD_ERROR_CODES, type Policy, PolicyLoadError } from "@flyball/engine";

/** How a bad module came out: refused with a code, or as a policy whose evaluations are values, undefined or faults. */
export type Outcome =
  | { readonly kind: "refused"; readonly code: string }
  | { readonly kind: "works"; readonly faults: number };

const CODES: ReadonlySet<string> = new Set(POLICY_LOAD_ERROR_CODES);
const PAGES = 64;

/** Inputs that reach every rule of the good modules, and some that reach none. */
const INPUTS: readonly unknown[] = [
  { role: "junior", amount: 4000, rows: [{ name: "a" }, 2, 3], xs: [1, 2, 3], text: "x", n: 3 },
  {},
  undefined,
  [1, "x", null],
];

/** Whether a bad module is refused where the digest of the good one is given. */
export async function isOther(bytes: Uint8Array<ArrayBuffer>, digest: string): Promise<boolean> {
  try {
    await loadPolicy(bytes, { digest });
    return false;
  } catch (error) {
    return error instanceof PolicyLoadError && ["digest_mismatch", "module_too_large"].includes(error.code);
  }
}

/** Loads a bad module and asks it. Throws where anything is thrown that is no `PolicyLoadError` with a code, or an evaluation is none. */
export async function tryModule(bytes: Uint8Array<ArrayBuffer>): Promise<Outcome> {
  let policy: Policy;
  try {
    policy = await loadPolicy(bytes, {
      data: { limits: { junior: { allow: 5000, review: 9000 } } },
      builtins: (names) => new Map(names.map((name) => [name, () => name])),
      clock: () => 0n,
      limits: { memoryPages: PAGES, fuel: 100_000 },
    });
  } catch (error) {
    if (error instanceof PolicyLoadError && CODES.has(error.code)) return { kind: "refused", code: error.code };
    throw error;
  }
  let faults = 0;
  for (const { name } of policy.manifest.entrypoints.slice(0, 20)) {
    const evaluate = policy.entrypoint(name);
    for (const input of INPUTS) if (outcomeOf(evaluate(input)) === "fault") faults++;
  }
  return { kind: "works", faults };
}

function outcomeOf({ kind }: Evaluation): Evaluation["kind"] {
  if (kind !== "value" && kind !== "undefined" && kind !== "fault") throw new Error("an evaluation of no kind");
  return kind;
}
