import type { Policy } from "@flyball/engine";
import type { RegoValue } from "@flyball/engine/values";

/** A policy with the base documents beside it: what one request sees from its beginning to its end. */
export interface ServedPolicy {
  readonly policy: Policy;
  /** What the policy was loaded with; undefined where there are none, or where the module carries them. */
  readonly data: RegoValue | undefined;
  /** Bundles by name, for `?provenance`. */
  readonly bundles: Readonly<Record<string, { readonly revision: string }>>;
}
