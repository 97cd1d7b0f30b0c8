import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { Agent, request } from "node:http";

export interface OpaServer {
  /** From the start of its process to its first answer; milliseconds. */
  readonly readyMs: number;
  readonly ask: (body: string) => Promise<unknown>;
  /** Resident memory; bytes. */
  readonly memory: () => number;
  readonly close: () => Promise<void>;
}

const port = 8181;
const pauseMs = 5;
const startWithinMs = 30_000;

/** Architecture I: an OPA server on loopback, asked over connections that are kept alive, as its own documents describe. */
export async function startOpa(settings: {
  readonly program: string;
  readonly libraries: string;
  readonly policies: string;
  readonly entrypoint: string;
  readonly connections: number;
}): Promise<OpaServer> {
  const agent = new Agent({ keepAlive: true, maxSockets: settings.connections });
  const send = (method: string, path: string, body = ""): Promise<string> =>
    new Promise((resolve, reject) => {
      const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
      const outgoing = request({ agent, host: "127.0.0.1", port, method, path, headers }, (response) => {
        const parts: Buffer[] = [];
        response.on("data", (part: Buffer) => parts.push(part));
        response.on("error", reject);
        response.on("end", () => {
          const text = Buffer.concat(parts).toString();
          if (response.statusCode === 200) resolve(text);
          else reject(new Error(`OPA answered ${response.statusCode}: ${text.slice(0, 200)}`));
        });
      });
      outgoing.on("error", reject);
      outgoing.end(body);
    });
  const started = performance.now();
  const child = spawn(
    settings.program,
    [
      "run",
      "--server",
      "--addr",
      `127.0.0.1:${port}`,
      "--log-level",
      "error",
      "--skip-version-check",
      settings.policies,
    ],
    { stdio: ["ignore", "ignore", "inherit"], env: { LD_LIBRARY_PATH: settings.libraries, HOME: "/tmp" } },
  );
  await untilHealthy(child, () => send("GET", "/health"));
  const readyMs = performance.now() - started;
  return {
    readyMs,
    ask: async (body) => {
      const answer = JSON.parse(await send("POST", `/v1/data/${settings.entrypoint}`, body)) as {
        readonly result?: unknown;
      };
      return answer.result;
    },
    memory: () => residentBytes(child.pid ?? 0),
    close: async () => {
      agent.destroy();
      const gone = once(child, "exit");
      if (child.kill()) await gone;
    },
  };
}

async function untilHealthy(child: ChildProcess, ask: () => Promise<unknown>): Promise<void> {
  const end = performance.now() + startWithinMs;
  for (;;) {
    try {
      await ask();
      return;
    } catch (error) {
      if (child.exitCode !== null || performance.now() > end) {
        child.kill("SIGKILL");
        throw new Error("the OPA server did not start", { cause: error });
      }
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}

/** VmRSS of proc(5). */
export function residentBytes(pid: number): number {
  const kilobytes = /^VmRSS:\s*(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  if (kilobytes === undefined) throw new Error(`process ${pid} has no resident memory`);
  return Number(kilobytes) * 1024;
}
