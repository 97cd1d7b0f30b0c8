import { readFileSync } from "node:fs";
import { loadPolicy } from "@open-policy-agent/opa-wasm";
import type { Job } from "../prepare-case.ts";
import type { CaseDocuments } from "../worker.ts";
import { lentBuiltins } from "./lent-builtins.ts";

/** OPA's module in the official npm host, to which the built-ins that it lacks are lent. */
export async function openOpaWasm(
  { opaModule, entrypoint, hostBuiltins }: Job,
  { data }: CaseDocuments,
): Promise<(input: unknown) => unknown> {
  if (opaModule === undefined) throw new Error("opa build made no module");
  const policy = await loadPolicy(readFileSync(opaModule), undefined, await lentBuiltins(hostBuiltins));
  policy.setData(data as object);
  return (input) => {
    const [result] = policy.evaluate(input, entrypoint) as readonly { readonly result: unknown }[];
    return result?.result;
  };
}
