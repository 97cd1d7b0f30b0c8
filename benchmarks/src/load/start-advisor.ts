import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import type { Issuer } from "./people.ts";

const repository = path.resolve(import.meta.dirname, "../../..");
/** As deployment/service.yaml sets it. */
const heapMb = 256;

export interface RunningAdvisor {
  readonly url: string;
  /** Resident memory of the process now, in bytes. */
  readonly residentBytes: () => number;
  /** Ends it as the platform does, with SIGTERM; its exit status and how long it took, in milliseconds. */
  readonly stop: () => Promise<{ readonly status: number | null; readonly milliseconds: number }>;
}

/** The container's own program in a process of its own, on a free port of loopback, with its files in `folder`. */
export async function startAdvisor(
  folder: string,
  { issuer, databaseUrl }: { readonly issuer: Issuer; readonly databaseUrl: string | undefined },
): Promise<RunningAdvisor> {
  const policy = path.join(folder, "policy.wasm");
  const command = path.join(repository, "packages/cli/bin/flyball.js");
  const build = ["build", "policies", "--data", "policies", "--entrypoint", "finance/decision", "--output", policy];
  execFileSync(process.execPath, [command, ...build], { cwd: repository, stdio: ["ignore", "ignore", "inherit"] });
  const program = path.join(repository, "apps/advisor/dist/main.js");
  const advisor = spawn(process.execPath, [`--max-old-space-size=${heapMb}`, "--disable-proto=delete", program], {
    env: {
      PATH: process.env["PATH"],
      PORT: "0",
      FLYBALL_STATE: folder,
      FLYBALL_POLICY: policy,
      FLYBALL_MODEL: "offline",
      FLYBALL_ISSUER: issuer.issuer,
      FLYBALL_AUDIENCE: issuer.audience,
      FLYBALL_KEYS_FILE: issuer.keysFile,
      ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const url = await readyAt(advisor);
  return {
    url,
    residentBytes: () => residentBytes(advisor.pid ?? 0),
    stop: async () => {
      const start = performance.now();
      const ended = new Promise<number | null>((resolve) => advisor.once("exit", (status) => resolve(status)));
      advisor.kill("SIGTERM");
      return { status: await ended, milliseconds: performance.now() - start };
    },
  };
}

/** The address in its log line "ready". Its other lines, one for each answer, are read and dropped. */
function readyAt(advisor: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    advisor.once("exit", (status) => reject(new Error(`the advisor ended with status ${status} before it was ready`)));
    if (advisor.stdout === null) return reject(new Error("the advisor's output is not connected"));
    createInterface({ input: advisor.stdout }).on("line", (line) => {
      const found = /"url":"([^"]+)"/.exec(line)?.[1];
      if (found !== undefined) resolve(found);
    });
  });
}

function residentBytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  if (kilobytes === undefined) throw new Error("the advisor's memory cannot be read");
  return Number(kilobytes) * 1024;
}
