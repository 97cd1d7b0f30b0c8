import { spawn } from "node:child_process";
import { once } from "node:events";
import { Agent, request } from "node:http";
import { createServer } from "node:net";
import type { Job } from "../prepare-case.ts";

interface OpaServer {
  readonly decide: (input: unknown) => Promise<unknown>;
  /** Ends the server's process. */
  readonly close: () => Promise<void>;
}

const START_ATTEMPTS = 200;
const PAUSE_MILLISECONDS = 25;

/** A real OPA server on loopback, asked over one connection that is kept alive: the sidecar that this project replaces. */
export async function openOpaHttp({ opa, opaFlags, sources, dataPath, entrypoint }: Job): Promise<OpaServer> {
  if (opa === undefined) throw new Error("there is no OPA");
  const port = await freePort();
  const args = [
    "run",
    "--server",
    ...opaFlags,
    "--addr",
    `127.0.0.1:${port}`,
    "--log-level",
    "error",
    "--disable-telemetry",
    sources,
    dataPath,
  ];
  const server = spawn(opa, args, { stdio: "ignore" });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ask = (method: "GET" | "POST", path: string, body = ""): Promise<string> =>
    send({ agent, port, method, path, body });
  const close = async (): Promise<void> => {
    agent.destroy();
    const gone = once(server, "exit");
    if (server.kill()) await gone;
  };
  try {
    await untilReady(() => ask("GET", "/health"));
  } catch (error) {
    await close();
    throw error;
  }
  return {
    decide: async (input) => {
      const { result } = JSON.parse(await ask("POST", `/v1/data/${entrypoint}`, JSON.stringify({ input }))) as {
        readonly result?: unknown;
      };
      return result;
    },
    close,
  };
}

async function untilReady(ask: () => Promise<string>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await ask();
      return;
    } catch (error) {
      if (attempt === START_ATTEMPTS) throw new Error("the OPA server did not start", { cause: error });
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MILLISECONDS));
    }
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}

interface Exchange {
  readonly agent: Agent;
  readonly port: number;
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body: string;
}

async function send({ agent, port, method, path, body }: Exchange): Promise<string> {
  return await new Promise((resolve, reject) => {
    const headers =
      body === "" ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
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
}
