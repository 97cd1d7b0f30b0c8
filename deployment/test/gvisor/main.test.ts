// The command itself, where it cannot do its work: it must say so, and neither fail nor pass for having run.

import { spawnSync } from "node:child_process";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { deploymentFolder } from "../support/read-deployment.ts";

function run(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const main = path.join(deploymentFolder, "gvisor/main.ts");
  return spawnSync(process.execPath, ["--conditions=flyball-source", main, ...args], {
    encoding: "utf8",
    timeout: 20_000,
    env: { PATH: process.env["PATH"], ...environment },
  });
}

describe("npm run test:gvisor", () => {
  test("skips loudly where there is no runsc that runs", () => {
    const { status, stdout } = run([], { RUNSC: "/bin/false" });
    expect(stdout).toMatch(/^!!! SKIPPED: nothing was run under gVisor, since .+\.$/m);
    expect(stdout).toMatch(/^gvisor: 0 passed, 0 failed, 1 skipped$/m);
    expect(status).toBe(0);
  });

  test.each([[["--seconds", "0"]], [["--seconds", "x"]], [["--starts", "1.5"]], [["--seconds", "61"]], [["--fast"]]])(
    "refuses %j, before it does anything",
    (args) => {
      const { status, stdout, stderr } = run(args);
      expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
      expect(stderr).toMatch(/^usage: npm run test:gvisor/);
    },
  );
});
