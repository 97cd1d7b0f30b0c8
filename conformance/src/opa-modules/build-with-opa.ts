import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { OpaBinary } from "../find-opa.ts";

/** The module that `opa build -t wasm` makes of some texts, or why it makes none. */
export function buildWithOpa(
  { path }: OpaBinary,
  { modules, entrypoint }: { readonly modules: readonly string[]; readonly entrypoint: string },
): Uint8Array<ArrayBuffer> | string {
  const folder = mkdtempSync(join(tmpdir(), "flyball-opa-"));
  try {
    for (const [i, text] of modules.entries()) writeFileSync(join(folder, `module-${i}.rego`), text);
    const bundle = join(folder, "bundle.tar.gz");
    const build = spawnSync(path, ["build", "-t", "wasm", "-e", entrypoint, "-o", bundle, folder], {
      encoding: "utf8",
    });
    if (build.status !== 0) return `opa build: ${build.stderr.trim()}`;
    const tar = ["-xzOPf", bundle, "/policy.wasm"];
    return new Uint8Array(execFileSync("tar", tar, { maxBuffer: 256 * 2 ** 20, stdio: ["ignore", "pipe", "ignore"] }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
