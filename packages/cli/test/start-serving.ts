import { spawn } from "node:child_process";
import { once } from "node:events";
import { onTestFinished } from "vitest";
import { MAIN } from "./run-flyball.ts";

/** Starts `flyball serve` as a process of its own, on any free port; it ends with the test. Answers where it listens. */
export async function startServing(folder: string, args: readonly string[]): Promise<string> {
  const child = spawn(
    process.execPath,
    ["--conditions=flyball-source", MAIN, "serve", ...args, "--addr", "127.0.0.1:0", "--json"],
    { cwd: folder, stdio: ["ignore", "pipe", "pipe"] },
  );
  onTestFinished(() => {
    child.kill();
  });
  let stderr = "";
  child.stderr.on("data", (chunk) => {
    stderr += String(chunk);
  });
  const ended = once(child, "exit").then(() => {
    throw new Error(`flyball serve ended: ${stderr}`);
  });
  const [line] = (await Promise.race([once(child.stdout, "data"), ended])) as [Buffer];
  return (JSON.parse(String(line)) as { readonly url: string }).url;
}
