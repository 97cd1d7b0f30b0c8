// The programs of a release as Cloud Build runs them: processes, files, exit statuses, and a real service to ask.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";
import { deploymentFolder, repositoryFolder } from "../support/read-deployment.ts";
import { templateValues } from "../support/rendered-service.ts";

function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "flyball-release-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function run(program: string, args: readonly string[]): Promise<{ status: unknown; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [path.join(deploymentFolder, "release", program), ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = { stdout: "", stderr: "" };
  child.stdout.on("data", (part) => {
    said.stdout += String(part);
  });
  child.stderr.on("data", (part) => {
    said.stderr += String(part);
  });
  return once(child, "close").then(([status]: unknown[]) => ({ status, ...said }));
}

/** The file that `gcloud run services describe --format=json` would have written. */
function describedFile(traffic: readonly object[]): string {
  const file = path.join(temporaryFolder(), "described.json");
  writeFileSync(file, JSON.stringify({ status: { traffic } }));
  return file;
}

describe("render-service", () => {
  const pairs = (over: Readonly<Record<string, string>> = {}): readonly string[] =>
    Object.entries({ ...templateValues, ...over }).map(([name, value]) => `${name}=${value}`);

  test("writes a service that leaves the traffic where it is", async () => {
    const serving = describedFile([{ revisionName: "flyball-advisor-first", percent: 100 }]);
    const { status, stdout, stderr } = await run("render-service.ts", ["--serving", serving, ...pairs()]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(parse(stdout).spec.traffic).toEqual([
      { revisionName: "flyball-advisor-first", percent: 100 },
      { revisionName: "flyball-advisor-abc1234", percent: 0, tag: "candidate" },
    ]);
    expect(parse(stdout).spec.template.metadata.name).toBe("flyball-advisor-abc1234");
  });

  test("writes nothing where a value is wrong, and says which", async () => {
    const serving = describedFile([{ revisionName: "flyball-advisor-first", percent: 100 }]);
    const args = ["--serving", serving, ...pairs({ image: "advisor:latest" })];
    expect(await run("render-service.ts", args)).toEqual({
      status: 2,
      stdout: "",
      stderr: expect.stringContaining("render-service: image must be an image by digest"),
    });
  });

  test.each([
    ["nothing", []],
    ["an unknown option", ["--force"]],
    ["a file that does not exist", ["--serving", "/nowhere.json"]],
  ])("says how it is used when given %s, without a stack trace", async (_, args) => {
    const { status, stdout, stderr } = await run("render-service.ts", args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(/^render-service: /);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

describe("check-revision", () => {
  test("is content with the advisor itself", { timeout: 60_000 }, async () => {
    const url = await runningAdvisor();
    expect(await run("check-revision.ts", [url])).toEqual({ status: 0, stdout: "", stderr: "" });
    const candidate = describedFile([{ revisionName: "a-2", tag: "candidate", url }]);
    expect(await run("check-revision.ts", ["--candidate", candidate])).toEqual({ status: 0, stdout: "", stderr: "" });
  });

  test("is not content with something that says yes to everything", async () => {
    const server = createServer((_, response) => response.end('{"status":"live"}')).listen(0, "127.0.0.1");
    onTestFinished(() => void server.close());
    await once(server, "listening");
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    const { status, stderr } = await run("check-revision.ts", [`http://127.0.0.1:${address.port}`]);
    expect(status).toBe(1);
    expect(stderr).toContain("POST /v1/actions should answer 401 token_missing, and answered 200 live");
    expect(stderr.trim().split("\n")).toHaveLength(3);
  });

  test("is not content with silence", async () => {
    const { status, stderr } = await run("check-revision.ts", ["http://127.0.0.1:1"]);
    expect(status).toBe(1);
    expect(stderr).toContain("GET /health/live got no answer");
  });

  test("has nobody to ask where no revision is a candidate", async () => {
    const { status } = await run("check-revision.ts", ["--candidate", describedFile([])]);
    expect(status).toBe(2);
  });
});

/** The address of an advisor in development, on a free port. */
async function runningAdvisor(): Promise<string> {
  const start = path.join(repositoryFolder, "apps/advisor/src/start.ts");
  const child: ChildProcess = spawn(process.execPath, ["--conditions=flyball-source", start], {
    cwd: temporaryFolder(),
    env: { PATH: process.env["PATH"], PORT: "0" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const ended = once(child, "exit").then(() => {
    throw new Error("the advisor ended before it was ready");
  });
  let output = "";
  child.stdout?.on("data", (part) => {
    output += String(part);
  });
  for (;;) {
    const url = /ready at (http:\/\/127\.0\.0\.1:\d+)/.exec(output)?.[1];
    if (url !== undefined) return url;
    await Promise.race([once(child.stdout ?? child, "data"), ended]);
  }
}
