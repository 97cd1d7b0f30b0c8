import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { EngineName } from "./engine-names.ts";
import type { Opa } from "./find-opa.ts";

interface Build {
  readonly opa: Opa;
  readonly opaFlags: readonly string[];
  readonly sources: string;
  readonly entrypoint: string;
  readonly place: string;
  readonly refusals: Map<EngineName, string>;
}

/** The path of the module that `opa build -t wasm` makes, or undefined with the reason among the refusals. */
export function buildOpaModule({ opa, opaFlags, sources, entrypoint, place, refusals }: Build): string | undefined {
  const bundle = join(place, "bundle.tar.gz");
  try {
    execFileSync(opa.path, ["build", ...opaFlags, "-t", "wasm", "-e", entrypoint, "-o", bundle, sources], {
      stdio: "pipe",
    });
  } catch (error) {
    refusals.set("opa-wasm", `opa build failed: ${String((error as { stderr?: unknown }).stderr).slice(0, 200)}`);
    return undefined;
  }
  const wasm = fileInTar(gunzipSync(readFileSync(bundle)), "/policy.wasm");
  if (wasm === undefined) {
    refusals.set("opa-wasm", "opa build put no policy.wasm into the bundle");
    return undefined;
  }
  const path = join(place, "opa.wasm");
  writeFileSync(path, wasm);
  return path;
}

const BLOCK = 512;

/** One file of a tar archive (POSIX ustar: name in the first 100 bytes of a header block, size as octal digits at 124). */
function fileInTar(tar: Uint8Array, name: string): Uint8Array | undefined {
  const text = (from: number, to: number): string =>
    new TextDecoder().decode(tar.subarray(from, to)).replace(/\0.*$/s, "");
  for (let at = 0; at + BLOCK <= tar.length; ) {
    const size = Number.parseInt(text(at + 124, at + 136).trim() || "0", 8);
    if (text(at, at + 100).replace(/^\.?\/?/, "/") === name) return tar.slice(at + BLOCK, at + BLOCK + size);
    at += BLOCK * (1 + Math.ceil(size / BLOCK));
  }
  return undefined;
}
