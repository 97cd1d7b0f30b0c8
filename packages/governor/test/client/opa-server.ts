import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { onTestFinished } from "vitest";
import { temporaryFolder } from "../support/test-governor.ts";

/** Where an OPA is: the environment variable OPA, the PATH, or `.tools/opa` in the repository; undefined where there is none. */
export function findOpa(): string | undefined {
  const { OPA = "", PATH = "" } = process.env;
  const onPath = PATH.split(path.delimiter).map((folder) => path.join(folder, "opa"));
  const local = path.resolve(import.meta.dirname, "../../../../.tools/opa");
  return [OPA, ...onPath, local].find((file) => file !== "" && existsSync(file));
}

/** A real OPA server with these rules as package `test`; the URL is that of its `decision`. Ends with the test. */
export async function opaServer(
  binary: string,
  rules: string,
): Promise<{ readonly url: string; readonly stop: () => void }> {
  const file = path.join(temporaryFolder(), "test.rego");
  writeFileSync(file, `package test\n\n${rules}\n`);
  const address = `127.0.0.1:${await freePort()}`;
  const args = ["run", "--server", "--addr", address, "--log-level", "error", "--disable-telemetry", file];
  const child = spawn(binary, args, { stdio: "ignore" });
  const stop = () => void child.kill("SIGKILL");
  onTestFinished(stop);
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const isUp = await fetch(`http://${address}/health`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) return { url: `http://${address}/v1/data/test/decision`, stop };
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("the OPA server did not start");
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}
