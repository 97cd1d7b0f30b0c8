import type { Store } from "../store/store.ts";
import { sha256 } from "./action-policy.ts";

/** Undefined where there is no such artifact, or its bytes are not those of its digest. */
export async function readArtifact(
  store: Pick<Store, "readArtifact">,
  digest: string | null,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (digest === null) return undefined;
  const artifact = await store.readArtifact(digest);
  return artifact !== undefined && sha256(artifact.bytes) === digest ? Uint8Array.from(artifact.bytes) : undefined;
}
