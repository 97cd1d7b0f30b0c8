// What a stranger does first: start it, paste the printed lines, stop it. As a process, over a real socket.

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { temporaryFolder } from "../support/running-advisor.ts";

const start = path.resolve(import.meta.dirname, "../../src/start.ts");
const hasCurl = spawnSync("curl", ["--version"]).status === 0;
if (!hasCurl) console.warn("curl is not installed: the printed lines are NOT tried");

interface Started {
  readonly child: ChildProcess;
  readonly folder: string;
  readonly output: () => string;
}

/** In a folder of its own, until it has said all that it says. */
async function started(folder = temporaryFolder()): Promise<Started> {
  const child = spawn(process.execPath, ["--conditions=flyball-source", start], {
    cwd: folder,
    env: { PATH: process.env["PATH"], PORT: "0" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += String(chunk);
  });
  while (!output.includes("Ctrl-C")) await Promise.race([once(child.stdout, "data"), once(child, "exit").then(fail)]);
  return { child, folder, output: () => output };
}

function fail(): never {
  throw new Error("the service ended before it was ready");
}

describe("npm start", () => {
  test.skipIf(!hasCurl)(
    "prints lines that work when pasted: one executed, one refused, one suspended, and one in words",
    async () => {
      const { folder, output } = await started();
      expect(output()).toMatch(/^flyball: ready at http:\/\/127\.0\.0\.1:\d+, \d+ ms after the process began/);
      const lines = output()
        .split(/^# /m)
        .slice(1)
        .map((block) => block.slice(block.indexOf("\n") + 1).split("\n\n")[0] ?? "");
      const answers = lines.map((line) => {
        const shell = spawnSync("sh", ["-c", line], { cwd: folder, encoding: "utf8" });
        expect(shell.stderr).toBe("");
        const [head = "", body = ""] = shell.stdout.split("\r\n\r\n");
        return { status: Number(head.split(" ")[1]), body: JSON.parse(body) };
      });
      expect(answers.map(({ status, body }) => [status, body.outcome])).toEqual([
        [200, "executed"],
        [403, "refused"],
        [202, "suspended"],
        [200, undefined],
      ]);
      expect(answers[0]?.body.result).toMatchObject({ symbol: "AAPL", amount: 1000, simulated: true });
      expect(answers[1]?.body.decision.reasons[0]).toMatchObject({ code: "order_over_limit", field: "amount" });
      expect(answers[3]?.body).toMatchObject({
        model: "offline",
        actions: [{ outcome: "refused" }, { outcome: "executed" }],
      });
      expect(answers[2]?.body.review.url).toMatch(/^\/v1\/reviews\//);
    },
  );

  test("keeps tokens from other users of the machine, and no line holds one", async () => {
    const { folder, output } = await started();
    const file = path.join(folder, ".flyball/dev-tokens.json");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(path.join(folder, ".flyball")).mode & 0o777).toBe(0o700);
    const tokens = JSON.parse(readFileSync(file, "utf8")) as Record<string, string>;
    expect(Object.keys(tokens).sort()).toEqual(["analyst", "junior", "operator", "reviewer", "senior"]);
    for (const token of Object.values(tokens)) expect(output()).not.toContain(token.split(".")[2]);
  });

  test("prints the link of its page, which stays the same over a restart", async () => {
    const link = (output: string): string =>
      /^The page \(.*\): (http:\/\/127\.0\.0\.1:\d+\/#key=[\w-]{43})$/m.exec(output)?.[1] ?? "";
    const first = await started();
    const [address = "", key = ""] = link(first.output()).split("#key=");
    expect((await fetch(address)).headers.get("content-type")).toBe("text/html; charset=utf-8");
    const tokens = await fetch(`${address}v1/development/tokens`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ key }),
    });
    expect(Object.keys(((await tokens.json()) as { tokens: object }).tokens)).toContain("reviewer");
    first.child.kill("SIGTERM");
    await once(first.child, "exit");
    expect(link((await started(first.folder)).output()).split("#key=")[1]).toBe(key);
  });

  test("compiles once: the second start finds the policies unchanged", async () => {
    const first = await started();
    expect(first.output()).toContain("policies compiled");
    first.child.kill("SIGTERM");
    await once(first.child, "exit");
    expect((await started(first.folder)).output()).toContain("policies unchanged");
  });

  test("goes on when the reader of its output goes away", async () => {
    const { child, output } = await started();
    child.stdout?.destroy();
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(output())?.[0] ?? "";
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([0, null]);
  });

  test.each(["SIGTERM", "SIGINT"] as const)("stops on %s with status 0", async (signal) => {
    const { child, output } = await started();
    child.kill(signal);
    expect(await once(child, "exit")).toEqual([0, null]);
    expect(output()).toMatch(/flyball: stopped\n$/);
  });
});
