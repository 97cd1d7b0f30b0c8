// The same decision again, years later and on another machine: from a record, and from the module and the data that the
// store keeps under the digests in it. Out: whether the answer is the same. It trusts no bytes that do not have their digest.

import { type BuiltinGrant, loadPolicy, type Policy, PolicyLoadError } from "@flyball/engine";
import { parseJson } from "@flyball/engine/values";
import { canonicalJson } from "../action/canonical-json.ts";
import type { PlainValue } from "../action/plain-value.ts";
import { closeDecision } from "../decision/close-decision.ts";
import type { Decision } from "../decision/decision.ts";
import type { DecisionRecord } from "../decision/decision-record.ts";
import type { Store } from "../store/store.ts";
import { actionPolicy } from "./action-policy.ts";
import { readArtifact } from "./read-artifact.ts";

export interface RecomputeOptions {
  readonly record: DecisionRecord;
  readonly store: Pick<Store, "readArtifact">;
  /** The host built-ins, where the module needs any: of the version that the record's digest covers. */
  readonly builtins?: BuiltinGrant | ((names: readonly string[]) => BuiltinGrant | Promise<BuiltinGrant>);
  /** Who supplies them and in which version, as `actionPolicy` was told. */
  readonly builtinsFrom?: string;
}

export type Recomputed =
  | { readonly kind: "same" }
  | { readonly kind: "different"; readonly recorded: Decision; readonly now: Decision }
  /** `missing` says what there is not: `policy` where no policy was asked. */
  | { readonly kind: "unavailable"; readonly missing: "policy" | "module" | "data" | "builtins" };

export async function recompute({ record, store, builtins, builtinsFrom }: RecomputeOptions): Promise<Recomputed> {
  const { decision, provenance } = record;
  if (provenance === null || decision.policyDigest === null || decision.entrypoint === null) {
    return { kind: "unavailable", missing: "policy" };
  }
  const module = await readArtifact(store, provenance.module);
  if (module === undefined) return { kind: "unavailable", missing: "module" };
  const data = provenance.data === null ? undefined : await readArtifact(store, provenance.data);
  if (provenance.data !== null && data === undefined) return { kind: "unavailable", missing: "data" };
  const now = BigInt(provenance.clock) * 1_000_000n;
  let policy: Policy;
  try {
    policy = await loadPolicy(module, {
      clock: () => now,
      ...(provenance.limits === null ? {} : { limits: provenance.limits }),
      ...(data === undefined ? {} : { data: parseJson(data) }),
      ...(builtins === undefined ? {} : { builtins }),
    });
  } catch (error) {
    // The module is the one that was loaded then, so what it lacks is what it asks of its host.
    if (error instanceof PolicyLoadError) return { kind: "unavailable", missing: "builtins" };
    throw error;
  }
  const asked = actionPolicy(policy, decision.entrypoint, builtinsFrom === undefined ? {} : { builtins: builtinsFrom });
  // Whose built-ins it would be means nothing for a policy that needs none.
  const needsHost = policy.manifest.builtins.length > 0;
  if (needsHost && asked.kept?.builtins !== provenance.builtins) return { kind: "unavailable", missing: "builtins" };
  const { id, policyDigest, entrypoint, decidedAt } = decision;
  const again = closeDecision(asked.evaluate(record.input, now), { id, policyDigest, entrypoint, decidedAt });
  return textOf(again) === textOf(decision) ? { kind: "same" } : { kind: "different", recorded: decision, now: again };
}

function textOf({ effect, cause, reasons, obligations }: Decision): string {
  return canonicalJson({ effect, cause, reasons: reasons as unknown as PlainValue, obligations });
}
