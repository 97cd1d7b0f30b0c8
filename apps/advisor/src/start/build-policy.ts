// Compiles policies/ into policy.wasm where something that goes into it changed. The command line does the work, as it
// would by hand; it and the compiler are loaded only when they are needed.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { actionEntrypoint } from "./load-action-policy.ts";

export interface BuildPolicyOptions {
  /** The folder with the Rego and its data. */
  readonly sources: string;
  /** The module to write. */
  readonly output: string;
  /** Folders of the compiler's own sources: a changed compiler may write another module. */
  readonly compiler: readonly string[];
}

export interface BuiltPolicy {
  readonly ok: boolean;
  readonly state: "compiled" | "unchanged";
  /** What the compiler says, as its command line prints it. */
  readonly diagnostics: string;
}

export async function buildPolicy({ sources, output, compiler }: BuildPolicyOptions): Promise<BuiltPolicy> {
  const stampFile = `${output}.stamp`;
  const stamp = stampOf([sources], compiler);
  if (isUnchanged({ output, stampFile, stamp })) return { ok: true, state: "unchanged", diagnostics: "" };
  // The folder also holds databases and tokens, so it is made private by whoever makes it first.
  mkdirSync(path.dirname(output), { recursive: true, mode: 0o700 });
  rmSync(stampFile, { force: true });
  const { runCommand } = await import("@flyball/cli");
  const diagnostics: string[] = [];
  const sink = {
    out: () => {},
    err: (text: string) => {
      diagnostics.push(text);
    },
    colours: { out: false, err: process.stderr.isTTY },
    interactive: false,
    stopped: new AbortController().signal,
    stdin: () => new Uint8Array(),
  };
  const args = ["build", sources, "--data", sources, "--entrypoint", actionEntrypoint, "--output", output];
  const status = await runCommand(args, sink);
  if (status === 0) writeFileSync(stampFile, stamp + digestOf(output));
  return { ok: status === 0, state: "compiled", diagnostics: diagnostics.join("") };
}

/** The stamp names the module too: one that was cut off or exchanged since is written again. */
function isUnchanged({
  output,
  stampFile,
  stamp,
}: Readonly<Record<"output" | "stampFile" | "stamp", string>>): boolean {
  if (!existsSync(output) || !existsSync(stampFile)) return false;
  return readFileSync(stampFile, "utf8") === stamp + digestOf(output);
}

function digestOf(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}

/** Contents of the policies; of the compiler, which is much larger, sizes and times of change. */
function stampOf(contents: readonly string[], times: readonly string[]): string {
  const hash = createHash("sha256");
  for (const file of contents.flatMap(filesBelow)) {
    hash.update(`${file}\0${digestOf(file)}\0`);
  }
  for (const file of times.flatMap(filesBelow)) {
    const { size, mtimeMs } = statSync(file);
    hash.update(`${file}\0${size}\0${mtimeMs}\0`);
  }
  return hash.digest("hex");
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}
