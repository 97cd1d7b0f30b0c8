import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createServer } from "node:net";
import { getKey, isObject, parseJson, type RegoValue } from "@flyball/engine/values";

export type OpaAnswer =
  | { readonly kind: "value"; readonly value: RegoValue }
  | { readonly kind: "undefined" }
  | { readonly kind: "error"; readonly message: string }
  | { readonly kind: "rejected"; readonly message: string };

/** An answer that takes longer is none: some built-ins of OPA have no end. */
const ANSWER_MILLISECONDS = 20_000;

/** A real OPA server on loopback, asked one program after the other. It ends with `close` or with this process. */
export class OpaServer {
  readonly version: string;
  readonly #process: ChildProcess;
  readonly #url: string;
  #installed: readonly string[] = [];

  private constructor(version: string, child: ChildProcess, url: string) {
    this.version = version;
    this.#process = child;
    this.#url = url;
  }

  /** Throws when the binary does not run or does not answer within ten seconds. */
  static async start(binary: string): Promise<OpaServer> {
    const { stdout, status } = spawnSync(binary, ["version"], { encoding: "utf8" });
    if (status !== 0) throw new Error(`${binary} does not run`);
    const version = /Version: (\S+)/.exec(stdout)?.[1] ?? "unknown";
    const port = await freePort();
    const child = spawn(
      binary,
      ["run", "--server", "--addr", `127.0.0.1:${port}`, "--log-level", "error", "--disable-telemetry"],
      { stdio: "ignore" },
    );
    const url = `http://127.0.0.1:${port}`;
    for (let attempt = 0; attempt < 100; attempt++) {
      if (await isUp(url)) return new OpaServer(version, child, url);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    child.kill();
    throw new Error(`${binary} did not answer on ${url}`);
  }

  /** Installs modules and base documents in place of those before. Answers the modules' mistakes, if they have any. */
  async install(
    modules: Readonly<Record<string, string>>,
    data: Readonly<Record<string, unknown>>,
  ): Promise<string | undefined> {
    for (const name of this.#installed) await fetch(`${this.#url}/v1/policies/${name}`, { method: "DELETE" });
    this.#installed = [];
    const stored = await fetch(`${this.#url}/v1/data`, { method: "PUT", body: JSON.stringify(data) });
    if (!stored.ok) throw new Error(`OPA takes no data: ${await stored.text()}`);
    // Libraries first: each module must compile beside those that are there.
    for (const [name, text] of Object.entries(modules)) {
      const response = await fetch(`${this.#url}/v1/policies/${name}`, { method: "PUT", body: text });
      if (!response.ok) return (await response.text()).replace(/\s+/g, " ").slice(0, 300);
      this.#installed = [name, ...this.#installed];
    }
    return undefined;
  }

  async evaluate(path: string, input: unknown): Promise<OpaAnswer> {
    const response = await fetch(`${this.#url}/v1/data/${path}`, {
      method: "POST",
      body: JSON.stringify({ input }),
      signal: AbortSignal.timeout(ANSWER_MILLISECONDS),
    });
    const body = parseJson(await response.text());
    if (!response.ok)
      return {
        kind: "error",
        message: JSON.stringify(isObject(body) ? (getKey(body, "errors") ?? getKey(body, "message")) : body).slice(
          0,
          300,
        ),
      };
    const result = isObject(body) ? getKey(body, "result") : undefined;
    return result === undefined ? { kind: "undefined" } : { kind: "value", value: result };
  }

  close(): void {
    this.#process.kill("SIGKILL");
  }
}

async function isUp(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/health`)).ok;
  } catch {
    return false;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
