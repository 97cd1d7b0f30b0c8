// Where the service runs while it is checked and measured: in the sandbox, or as a plain process of this machine. Both run the
// same files of the same root filesystem with the same settings.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { imageConfig } from "../image/image-config.ts";
import { removeAtExit } from "./remove-at-exit.ts";
import { type SandboxOptions, startSandbox } from "./sandbox.ts";

export interface Service {
  /** As programs beside it see it. */
  readonly url: string;
  /** As programs beside it see it. */
  readonly pid: number;
  readonly keysUrl: string;
  /** From the request to start it until it said that it is ready; milliseconds. */
  readonly readyMs: number;
  /**
   * Runs a program of deployment/gvisor/inside beside the service and answers what it printed; `environment` is all that it
   * gets. Rejects where it fails.
   */
  readonly run: (program: string, environment: Readonly<Record<string, string>>, user?: string) => Promise<string>;
  /** Sends SIGTERM; answers the exit status and how long it took. */
  readonly stop: () => Promise<{ readonly status: number; readonly milliseconds: number }>;
  readonly remove: () => void;
}

export interface Place {
  readonly name: "native" | "gVisor";
  /** Where programs find the application and what measuring needs. */
  readonly app: string;
  readonly bench: string;
  readonly start: () => Promise<Service>;
}

export const issuerSettings: Readonly<Record<string, string>> = {
  FLYBALL_ISSUER: "https://issuer.check.test",
  FLYBALL_AUDIENCE: "flyball-check",
};

const startWithinMs = 60_000;
const stopWithinMs = 15_000;

type Options = Omit<SandboxOptions, "mounts" | "environment"> & {
  readonly deployment: string;
  readonly benchFolder: string;
};

export function gvisorPlace(options: Options): Place {
  const keysUrl = "http://127.0.0.1:8081/keys";
  const mounts = { [options.deployment]: "/checks", [options.benchFolder]: "/bench" };
  const start = async (): Promise<Service> => {
    const started = performance.now();
    const environment = { ...issuerSettings, FLYBALL_KEYS_URL: keysUrl };
    const sandbox = startSandbox({ ...options, mounts, environment });
    const ready = await untilReady(sandbox.main, sandbox.remove);
    const node = imageConfig.entrypoint[0] ?? "";
    return {
      url: `http://127.0.0.1:${imageConfig.port}`,
      pid: 1,
      keysUrl,
      readyMs: ready - started,
      run: async (program, variables, user) => {
        const command = [node, `/checks/gvisor/inside/${program}`];
        const child = sandbox.exec({ command, environment: variables, ...(user === undefined ? {} : { user }) });
        return await outputOf(child, program);
      },
      stop: async () => await ended(sandbox.main, () => sandbox.signal("SIGTERM")),
      remove: sandbox.remove,
    };
  };
  return { name: "gVisor", app: "/app", bench: "/bench", start };
}

export function nativePlace(given: {
  readonly rootfs: string;
  readonly deployment: string;
  readonly benchFolder: string;
}): Place {
  const { rootfs, deployment, benchFolder } = given;
  const inRootfs = (file: string): string => path.join(rootfs, file);
  const [node = "", ...flags] = imageConfig.entrypoint;
  const start = async (): Promise<Service> => {
    const state = mkdtempSync(path.join(tmpdir(), "flyball-native-"));
    const [port, keysPort] = [await freePort(), await freePort()];
    const keysUrl = `http://127.0.0.1:${keysPort}/keys`;
    const environment = {
      ...imageConfig.environment,
      ...issuerSettings,
      HOST: "127.0.0.1",
      PORT: String(port),
      FLYBALL_KEYS_URL: keysUrl,
      FLYBALL_STATE: state,
      FLYBALL_POLICY: inRootfs(imageConfig.environment["FLYBALL_POLICY"] ?? ""),
    };
    const started = performance.now();
    const main = spawn(inRootfs(node), [...flags, ...imageConfig.command.map(inRootfs)], {
      env: environment,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const beside = new Set<ChildProcess>();
    const remove = removeAtExit(() => {
      for (const child of [main, ...beside]) child.kill("SIGKILL");
      rmSync(state, { recursive: true, force: true });
    });
    const ready = await untilReady(main, remove);
    return {
      url: `http://127.0.0.1:${port}`,
      pid: main.pid ?? 0,
      keysUrl,
      readyMs: ready - started,
      run: async (program, env) => {
        const file = path.join(deployment, "gvisor/inside", program);
        const child = spawn(inRootfs(node), [file], { env, stdio: ["ignore", "pipe", "inherit"] });
        beside.add(child);
        return await outputOf(child, program);
      },
      stop: async () => await ended(main, () => main.kill("SIGTERM")),
      remove,
    };
  };
  return { name: "native", app: inRootfs("/app"), bench: benchFolder, start };
}

type Child = ChildProcess & { readonly stdout: Readable };

/** The moment at which the service said "ready". What it says after that is not kept. */
async function untilReady(child: Child, remove: () => void): Promise<number> {
  const timer = setTimeout(() => child.kill("SIGKILL"), startWithinMs);
  try {
    return await new Promise((resolve, reject) => {
      let said = "";
      child.stdout.setEncoding("utf8").on("data", (part: string) => {
        if (said.length < 100_000) said += part;
        if (said.includes('"message":"ready"')) resolve(performance.now());
      });
      child.once("error", reject);
      child.once("exit", () => reject(new Error(`the service ended before it was ready: ${said}`)));
    });
  } catch (error) {
    remove();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

async function outputOf(child: Child, program: string): Promise<string> {
  const exit = once(child, "exit");
  const output = await text(child.stdout);
  const [status] = await exit;
  if (status !== 0) throw new Error(`${program} ended with status ${status}: ${output.slice(0, 1000)}`);
  return output;
}

async function ended(
  child: Child,
  signal: () => unknown,
): Promise<{ readonly status: number; readonly milliseconds: number }> {
  const exit = once(child, "exit");
  const started = performance.now();
  const timer = setTimeout(() => child.kill("SIGKILL"), stopWithinMs);
  signal();
  const [status] = await exit;
  clearTimeout(timer);
  return { status: typeof status === "number" ? status : -1, milliseconds: performance.now() - started };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}
