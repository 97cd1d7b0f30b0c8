import { MANIFEST_SECTION } from "../abi/layout.ts";
import { PolicyLoadError } from "../policy-load-error.ts";

/** Names a module: SHA-256 of its bytes, or of its manifest (which holds the digests of sources and data) where the bytes are not at hand. */
export async function moduleDigest(
  module: WebAssembly.Module,
  bytes: Uint8Array<ArrayBuffer> | undefined,
): Promise<string> {
  if (bytes !== undefined) return await bytesDigest(bytes);
  const [manifest = new ArrayBuffer(0)] = WebAssembly.Module.customSections(module, MANIFEST_SECTION);
  return `manifest-sha256:${await sha256(manifest)}`;
}

export async function bytesDigest(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return `sha256:${await sha256(bytes)}`;
}

async function sha256(bytes: BufferSource): Promise<string> {
  const { crypto } = globalThis;
  if (crypto?.subtle === undefined) {
    throw new PolicyLoadError(
      "platform_unsupported",
      "SHA-256 is not available here (in browsers it needs a secure context)",
    );
  }
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
