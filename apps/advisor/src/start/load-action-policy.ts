import { readFile } from "node:fs/promises";
import { loadPolicy } from "@flyball/engine";
import { type ActionPolicy, actionPolicy } from "@flyball/governor";

/** What is asked about every action; policies/README.md. */
export const actionEntrypoint = "finance/decision";

/** Far above what the policy needs on the largest input that the service takes, and far below a noticeable time. */
const limits = { fuel: 5_000_000, memoryPages: 256, depth: 256 };

export type LoadedActionPolicy =
  | { readonly ok: true; readonly policy: ActionPolicy }
  | { readonly ok: false; readonly message: string };

/** Whatever is wrong with the file (absent, empty, cut off, another entrypoint) is a message that names it. */
export async function loadActionPolicy(file: string): Promise<LoadedActionPolicy> {
  try {
    const policy = await loadPolicy(await readFile(file), { limits });
    return { ok: true, policy: actionPolicy(policy, actionEntrypoint) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { ok: false, message: `no policy could be loaded from ${file}: ${reason}` };
  }
}
