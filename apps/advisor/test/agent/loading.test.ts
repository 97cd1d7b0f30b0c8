// The agent kit is large. A service that nobody talks to must start, decide and execute without it.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { fetchWhenReady } from "../support/fetch-when-ready.ts";
import { compiledPolicies, temporaryFolder, trade } from "../support/running-advisor.ts";

const policyFile = await compiledPolicies();
const here = import.meta.dirname;
const main = path.resolve(here, "../../src/main.ts");
const preload = path.resolve(here, "../support/log-modules.ts");

test("the agent kit is loaded when the first person speaks, and not before", async () => {
  const folder = temporaryFolder();
  const child = spawn(process.execPath, ["--conditions=flyball-source", "--import", preload, main], {
    env: { PATH: process.env["PATH"], PORT: "0", FLYBALL_STATE: folder, FLYBALL_POLICY: policyFile },
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  let loaded = "";
  child.stderr.on("data", (chunk) => {
    loaded += String(chunk);
  });
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += String(chunk);
  });
  while (!output.includes('"ready"')) await Promise.race([once(child.stdout, "data"), once(child, "exit")]);
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0] ?? "";
  const tokens = JSON.parse(readFileSync(path.join(folder, "dev-tokens.json"), "utf8")) as Record<string, string>;
  const post = async (address: string, body: string) => {
    const headers = { authorization: `Bearer ${tokens["junior"]}`, "content-type": "application/json" };
    return await fetchWhenReady(`${url}${address}`, { method: "POST", headers, body });
  };
  const kit = /node_modules\/@google\/(adk|genai)\//;
  const packages = () => loaded.split("\n").filter((line) => kit.test(line));

  expect((await post("/v1/actions", trade())).status).toBe(200);
  expect(
    (await fetchWhenReady(`${url}/v1/chat`, { headers: { authorization: `Bearer ${tokens["junior"]}` } })).status,
  ).toBe(200);
  expect(loaded).toContain("packages/service/src");
  expect(packages()).toEqual([]);
  expect(loaded).not.toContain("agent/converse.ts");
  const answer = await post("/v1/chat", JSON.stringify({ session: "s-1", message: "price of AAPL" }));
  expect(answer.status).toBe(200);
  expect(packages().length).toBeGreaterThan(1);
  child.kill("SIGTERM");
  expect(await once(child, "exit")).toEqual([0, null]);
});
