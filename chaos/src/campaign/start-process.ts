import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

export interface StartedProcess {
  readonly pid: number;
  /** The first line that it printed. */
  readonly line: string;
  /** Resolves when it has ended, of whatever. */
  readonly ended: Promise<void>;
  readonly isAlive: () => boolean;
  readonly kill: () => void;
}

/** Runs one of our programs from its source and waits for its first line. Throws where it ends before. */
export async function startProcess(
  program: string,
  { args = [], env = {} }: { readonly args?: readonly string[]; readonly env?: Readonly<Record<string, string>> },
): Promise<StartedProcess> {
  const child = spawn(process.execPath, ["--conditions=flyball-source", program, ...args], {
    env: { ...process.env, ...env },
    // A program that reads its standard input to the end goes when we do.
    stdio: ["pipe", "pipe", "pipe"],
  });
  const errors: Buffer[] = [];
  child.stderr.on("data", (part: Buffer) => errors.push(part));
  child.stdin.on("error", () => {});
  const ended = once(child, "exit").then(() => {});
  const { pid } = child;
  const line = await Promise.race([firstLine(child), ended.then(() => undefined)]);
  if (line === undefined || pid === undefined) {
    throw new Error(`${program} ended before it was ready: ${Buffer.concat(errors).toString().slice(-2_000)}`);
  }
  return {
    pid,
    line,
    ended,
    isAlive: () => child.exitCode === null && child.signalCode === null,
    kill: () => void child.kill("SIGKILL"),
  };
}

async function firstLine(child: ChildProcess): Promise<string | undefined> {
  if (child.stdout === null) return undefined;
  const lines = createInterface({ input: child.stdout });
  const [line] = (await once(lines, "line")) as [string];
  return line;
}
