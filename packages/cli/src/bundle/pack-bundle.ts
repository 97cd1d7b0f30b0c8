import { gzipSync } from "node:zlib";
import type { Manifest } from "@flyball/engine";
import { type RegoValue, toJson } from "@flyball/engine/values";
import { writeTar } from "./write-tar.ts";

/**
 * An OPA bundle with a compiled policy: `.manifest`, `data.json`, `policy.wasm`, and the Rego it was made from. Same contents, same bytes. The module is not listed among the manifest's `wasm` resolvers: OPA
 * would load it by its own ABI and fail. So OPA evaluates the Rego of the bundle, and we the module.
 */
export function packBundle(contents: {
  readonly wasm: Uint8Array;
  readonly manifest: Manifest;
  readonly modules: Readonly<Record<string, string>>;
  readonly data: RegoValue | undefined;
  readonly revision: string;
  readonly regoVersion: 0 | 1;
}): Uint8Array {
  const text = (content: string) => new TextEncoder().encode(content);
  const manifest = {
    revision: contents.revision,
    roots: [""],
    rego_version: contents.regoVersion,
    metadata: {
      flyball: { module: "/policy.wasm", entrypoints: contents.manifest.entrypoints.map(({ name }) => name) },
    },
  };
  const sources = Object.entries(contents.modules)
    .map(([path, source]) => ({ name: modulePath(path), bytes: text(source) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const archive = writeTar([
    { name: "/.manifest", bytes: text(`${JSON.stringify(manifest)}\n`) },
    { name: "/data.json", bytes: text(`${toJson(contents.data ?? {})}\n`) },
    ...sources,
    { name: "/policy.wasm", bytes: contents.wasm },
  ]);
  const packed = gzipSync(archive, { level: 9 });
  // The byte that names the operating system.
  packed[9] = 255;
  return packed;
}

/** Sources keep their paths, without what leads out of the folder they were named from; those of a bundle their paths in it. */
function modulePath(path: string): string {
  const inside = path.replace(/^.*\.(tar\.gz|tgz)\//, "");
  const steps = inside.split(/[/\\]/).filter((step) => step !== "" && step !== "." && step !== "..");
  return `/${steps.join("/")}`;
}
