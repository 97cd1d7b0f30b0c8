import { createHash } from "node:crypto";
import { type RegoValue, structuralKey } from "@flyball/engine/values";

export function digestBytes(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** `sha256:` over names and texts, in the order given. Lengths keep the parts apart. */
export function digestSources(modules: readonly (readonly [file: string, text: string])[]): string {
  const hash = createHash("sha256");
  for (const part of modules.flat()) {
    const bytes = Buffer.from(part, "utf8");
    hash.update(`${bytes.length}:`).update(bytes);
  }
  return `sha256:${hash.digest("hex")}`;
}

/** The same for equal documents, whatever the order of their keys; empty where there are none. */
export function digestData(data: RegoValue | undefined): string {
  if (data === undefined) return "";
  return `sha256:${createHash("sha256").update(structuralKey(data)).digest("hex")}`;
}
