import { basename } from "node:path";
import { compile, planModules } from "@flyball/compiler";
import type { RegoValue } from "@flyball/engine/values";
import type { ServedPolicy } from "@flyball/service";
import { readBundle } from "../bundle/read-bundle.ts";
import type { Call } from "../command.ts";
import type { ServeFlags } from "../commands/serve.ts";
import { limitsOf } from "../evaluation-limits.ts";
import { loadModule, readModule } from "../read-module.ts";
import { reportDiagnostics } from "../report/report-diagnostics.ts";
import { mergeDocuments } from "../sources/documents.ts";
import { createFileReader } from "../sources/file-reader.ts";
import { readSources, type Sources } from "../sources/read-sources.ts";
import { languageOptions } from "../sources/source-flags.ts";
import { sourceLimits } from "../sources/source-limits.ts";
import { UsageError } from "../usage-error.ts";
import { withoutTests } from "../without-tests.ts";

/** What is to be served, loaded; undefined where the Rego of a bundle has mistakes, which are reported. Throws `UsageError`. */
export async function loadServedPolicy({ flags, output }: Call<ServeFlags>): Promise<ServedPolicy | undefined> {
  const limits = limitsOf(flags);
  const { data } = await readSources(flags.data, { data: true, modules: false, limits: sourceLimits(flags) });
  if (flags.module !== undefined) {
    const { policy } = await readModule(flags.module, { limits, ...given(data) });
    return { policy, data, bundles: {} };
  }
  const path = flags.bundle ?? "";
  const bundle = await readBundle(path, createFileReader(sourceLimits(flags)));
  const wasm = bundle.wasm ?? compileWhole(bundle, { flags, output });
  if (wasm === undefined) return undefined;
  const documents = bundle.data === undefined ? data : mergeDocuments(data, bundle.data, path);
  const { policy } = await loadModule(path, wasm, { limits, ...given(documents) });
  return { policy, data: documents, bundles: { [basename(path)]: { revision: bundle.revision } } };
}

/** The Rego of a bundle as a module with every document for an entrypoint. */
function compileWhole(
  sources: Sources,
  { flags, output }: Pick<Call<ServeFlags>, "flags" | "output">,
): Uint8Array<ArrayBuffer> | undefined {
  const modules = withoutTests(sources.modules);
  if (Object.keys(modules).length === 0) throw new UsageError("the bundle holds neither a policy.wasm nor Rego");
  const options = { modules, regoVersions: sources.regoVersions, ...languageOptions(flags) };
  const { plan, diagnostics } = planModules({ ...options, entrypoints: [] });
  if (reportDiagnostics({ diagnostics, modules, json: flags.json, output }) || plan === undefined) return undefined;
  if (plan.documents.length === 0) throw new UsageError("the bundle's Rego has functions only: nothing can be asked");
  const compiled = compile({ ...options, entrypoints: plan.documents });
  // What is only found now is that the module would be too large.
  const errors = compiled.diagnostics.filter(({ severity }) => severity === "error");
  reportDiagnostics({ diagnostics: errors, modules, json: flags.json, output });
  return compiled.wasm;
}

function given(data: RegoValue | undefined): { readonly data?: RegoValue } {
  return data === undefined ? {} : { data };
}
