import { COMPILER_VERSION } from "@flyball/compiler";
import { createDataService } from "@flyball/service";
import type { Call, ExitStatus } from "../command.ts";
import type { ServeFlags } from "../commands/serve.ts";
import { sizeOf } from "../sources/source-limits.ts";
import { UsageError } from "../usage-error.ts";
import { listenAddress } from "./listen-address.ts";
import { loadServedPolicy } from "./load-served-policy.ts";

const DEFAULT_ADDRESS = "127.0.0.1:8181";

/** Listens until the command is stopped. */
export async function runServe(call: Call<ServeFlags>): Promise<ExitStatus> {
  const { flags, positionals, output } = call;
  if (positionals.length > 0) throw new UsageError("serve takes its policy by -m or -b");
  if ((flags.module === undefined) === (flags.bundle === undefined))
    throw new UsageError("serve needs one policy: -m policy.wasm or -b BUNDLE");
  const address = listenAddress(flags.addr ?? DEFAULT_ADDRESS);
  const bodyBytes = sizeOf("max-request-size", flags["max-request-size"]);
  const served = await loadServedPolicy(call);
  if (served === undefined) return 1;
  const http = createDataService({
    current: () => served,
    version: COMPILER_VERSION,
    ...(bodyBytes === undefined ? {} : { limits: { bodyBytes } }),
    onFault: (error) => output.err(`flyball serve: ${error instanceof Error ? error.message : String(error)}\n`),
  });
  let url: string;
  try {
    url = await http.listen(address);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`--addr ${flags.addr ?? DEFAULT_ADDRESS} cannot be listened on: ${reason}`);
  }
  const entrypoints = served.policy.manifest.entrypoints.map(({ name }) => name);
  const text = entrypoints.length > 5 ? `${entrypoints.length} documents` : entrypoints.join(", ");
  output.out(flags.json ? `${JSON.stringify({ url, entrypoints })}\n` : `${url}: ${text}\n`);
  await stopped(output.stopped);
  await http.close();
  return 0;
}

function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
