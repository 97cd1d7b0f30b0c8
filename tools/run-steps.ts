import { spawn } from "node:child_process";
import path from "node:path";

export type Step = {
  readonly name: string;
  /** Arguments for Node: a script and its own arguments. */
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
};

export type StepResult = {
  readonly name: string;
  readonly status: number;
  readonly milliseconds: number;
  /** What it printed on standard output. */
  readonly output: string;
};

const root: string = path.join(import.meta.dirname, "..");

/** Runs one step in the root, with everything it prints shown as it comes. A step that a signal ends has status 1. */
export function runStep(step: Step): Promise<StepResult> {
  const start = performance.now();
  console.log(`\n── ${step.name}`);
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, step.args, {
      cwd: root,
      env: {
        ...process.env,
        ...step.env,
        ...(process.stdout.isTTY && process.env.NO_COLOR === undefined && { FORCE_COLOR: "1" }),
      },
      stdio: ["inherit", "pipe", "inherit"],
    });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      process.stdout.write(text);
    });
    child.on("error", reject);
    child.on("close", (code) => {
      resolve({ name: step.name, status: code ?? 1, milliseconds: performance.now() - start, output });
    });
  });
}
