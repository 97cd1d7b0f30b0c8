import type { ActionPolicy, PolicySource } from "../policy/action-policy.ts";
import type { Artifact, Store } from "../store/store.ts";

/** Puts what decisions are made with into the store, once each, before the first decision that names it. */
export interface ArtifactKeeper {
  /** Throws a `StoreError` where the store does not take it. */
  readonly keep: (policies: PolicySource) => Promise<void>;
}

export function createArtifactKeeper(store: Store, configuration: Artifact): ArtifactKeeper {
  const kept = new Set<string>();

  async function keepOne(artifact: Artifact): Promise<void> {
    if (kept.has(artifact.digest)) return;
    await store.keepArtifact(artifact);
    kept.add(artifact.digest);
  }

  return {
    keep: async (policies) => {
      await keepOne(configuration);
      const policy = currentPolicy(policies);
      const { module = null, data = null } = policy?.kept ?? {};
      if (module !== null) await keepOne({ ...module, kind: "module" });
      if (data !== null) await keepOne({ ...data, kind: "data" });
    },
  };
}

function currentPolicy(policies: PolicySource): ActionPolicy | undefined {
  try {
    return policies.current();
  } catch {
    return undefined;
  }
}
