import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import type { Output } from "../src/command.ts";
import { runCommand } from "../src/run.ts";

export const MAIN = fileURLToPath(new URL("../src/main.ts", import.meta.url));

export type Files = Readonly<Record<string, string | Uint8Array>>;

/** A folder with the given files, gone after the test. */
export function folderWith(files: Files): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "flyball-cli-")));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

/** Runs the real command as a process of its own. */
export function spawnFlyball(
  folder: string,
  args: readonly string[],
  options: { readonly input?: string; readonly env?: Readonly<Record<string, string>> } = {},
) {
  const { FORCE_COLOR: _, NO_COLOR: __, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--conditions=flyball-source", MAIN, ...args], {
    cwd: folder,
    encoding: "utf8",
    timeout: 60_000,
    env: { ...env, ...options.env },
    ...(options.input === undefined ? {} : { input: options.input }),
  });
  return { status, stdout, stderr };
}

export interface Run {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command in this process, in a folder: what the process would print, for a fraction of its start. */
export function flyball(folder: string, ...args: readonly string[]): Promise<Run> {
  return flyballWith({}, folder, ...args);
}

export async function flyballWith(output: Partial<Output>, folder: string, ...args: readonly string[]): Promise<Run> {
  let stdout = "";
  let stderr = "";
  const before = process.cwd();
  process.chdir(folder);
  try {
    const status = await runCommand(args, {
      out: (text) => {
        stdout += text;
      },
      err: (text) => {
        stderr += text;
      },
      colours: { out: false, err: false },
      interactive: false,
      stopped: new AbortController().signal,
      stdin: () => new Uint8Array(),
      ...output,
    });
    return { status, stdout, stderr };
  } finally {
    process.chdir(before);
  }
}
