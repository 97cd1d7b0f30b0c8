import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

export interface BusyDesk {
  /** Ids of the decisions whose actions were acknowledged as executed so far. */
  readonly acknowledged: () => readonly string[];
  readonly stop: () => Promise<void>;
}

const program = fileURLToPath(new URL("./busy-process.ts", import.meta.url));

/** A service's work in another process, on the store at this place. Resolves when it has acknowledged its first actions. */
export async function startBusyDesk(place: string): Promise<BusyDesk> {
  const child: ChildProcess = spawn(process.execPath, ["--conditions=flyball-source", program, place], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let said = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  // What is not a whole line yet was not said.
  const acknowledged = (): readonly string[] =>
    said
      .slice(0, said.lastIndexOf("\n") + 1)
      .split("\n")
      .filter((id) => id !== "");
  while (acknowledged().length < 20) await once(child.stdout ?? child, "data");
  return {
    acknowledged,
    stop: async () => {
      const ended = once(child, "exit");
      child.stdin?.write("stop\n");
      await ended;
    },
  };
}
