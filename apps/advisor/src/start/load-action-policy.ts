import { readFile } from "node:fs/promises";
import { loadBuiltins } from "@flyball/builtins";
import { type BuiltinFunction, loadPolicy } from "@flyball/engine";
import { BUILTIN_MODULE } from "@flyball/engine/abi";
import { type ActionPolicy, actionPolicy } from "@flyball/governor";

/** What is asked about every action; policies/README.md. */
export const actionEntrypoint = "finance/decision";

/** Who supplies the host built-ins; part of every record. */
const builtinsFrom = "@flyball/builtins 0.1.0";

/** Far above what the policy needs on the largest input that the service takes, and far below a noticeable time. */
const limits = { fuel: 5_000_000, memoryPages: 256, depth: 256 };

export type LoadedActionPolicy =
  | { readonly ok: true; readonly policy: ActionPolicy }
  | { readonly ok: false; readonly message: string };

/** Whatever is wrong with the file (absent, empty, cut off, another entrypoint) is a message that names it. */
export async function loadActionPolicy(file: string): Promise<LoadedActionPolicy> {
  try {
    const bytes = await readFile(file);
    const policy = await loadPolicy(bytes, { limits, builtins: await grantedBuiltins(bytes) });
    return { ok: true, policy: actionPolicy(policy, actionEntrypoint, { module: bytes, builtins: builtinsFrom }) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { ok: false, message: `no policy could be loaded from ${file}: ${reason}` };
  }
}

/** What would make a decision depend on more than its input. Time is in the input, so that a record can be replayed. */
const impure: ReadonlySet<string> = new Set([
  "http.send",
  "net.lookup_ip_addr",
  "opa.runtime",
  "rand.intn",
  "time.now_ns",
  "uuid.rfc4122",
]);

/** The host built-ins that the module asks for, but those that reach outside. The engine refuses a module that lacks one. */
async function grantedBuiltins(bytes: Uint8Array<ArrayBuffer>): Promise<ReadonlyMap<string, BuiltinFunction>> {
  const imports = WebAssembly.Module.imports(await WebAssembly.compile(bytes));
  const names = imports.filter(({ module }) => module === BUILTIN_MODULE).map(({ name }) => name);
  return loadBuiltins(names.filter((name) => !impure.has(name)));
}
