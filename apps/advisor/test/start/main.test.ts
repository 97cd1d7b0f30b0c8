// The container's entry as a process: ready, an action, a log that Cloud Logging reads, and a stop on SIGTERM.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { compiledPolicies, temporaryFolder, trade } from "../support/running-advisor.ts";

const main = path.resolve(import.meta.dirname, "../../src/main.ts");

interface Line {
  readonly severity: string;
  readonly message: string;
  readonly time: string;
  readonly [field: string]: unknown;
}

async function untilLine(child: ChildProcess, lines: () => readonly Line[], message: string): Promise<Line> {
  for (;;) {
    const found = lines().find((line) => line.message === message);
    if (found !== undefined) return found;
    if (child.stdout === null) throw new Error("no output");
    await once(child.stdout, "data");
  }
}

test("serves, logs each request without its secrets, and stops on SIGTERM with what was in flight answered", async () => {
  const folder = temporaryFolder();
  const child = spawn(process.execPath, ["--conditions=flyball-source", main], {
    env: { PATH: process.env["PATH"], PORT: "0", FLYBALL_STATE: folder, FLYBALL_POLICY: await compiledPolicies() },
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += String(chunk);
  });
  const lines = (): Line[] =>
    output
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Line);

  const { url, policyDigest } = await untilLine(child, lines, "ready");
  expect(policyDigest).toMatch(/^sha256:[0-9a-f]{64}$/);
  const { junior } = JSON.parse(readFileSync(path.join(folder, "dev-tokens.json"), "utf8")) as { junior: string };
  const response = await fetch(`${String(url)}/v1/actions?secret=1`, {
    method: "POST",
    headers: { authorization: `Bearer ${junior}`, "content-type": "application/json" },
    body: trade(),
  });
  expect(response.status).toBe(200);
  const answered = await untilLine(child, lines, "answered");
  expect(answered).toMatchObject({
    severity: "INFO",
    requestId: response.headers.get("x-request-id"),
    httpRequest: {
      requestMethod: "POST",
      requestUrl: "/v1/actions",
      status: 200,
      latency: expect.stringMatching(/^\d+\.\d{6}s$/),
    },
  });
  for (const secret of [junior, "secret=1", "c-17"]) expect(output).not.toContain(secret);

  child.kill("SIGTERM");
  expect(await once(child, "exit")).toEqual([0, null]);
  expect(lines().at(-1)).toMatchObject({ severity: "INFO", message: "stopped" });
});
