// Each example runs as a reader would run it, and says what it says; the guide shows the example as it is.

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";

const folder = path.resolve(import.meta.dirname, "..");

/** What the example prints. */
function run(name: string, ...args: readonly string[]): readonly string[] {
  const program = path.join(folder, name, "main.ts");
  const output = execFileSync(process.execPath, ["--conditions=flyball-source", program, ...args], {
    encoding: "utf8",
  });
  return output.trimEnd().split("\n");
}

test("engine-only: a policy as a function", () => {
  expect(run("engine-only")).toEqual([
    'junior, 1000: "ALLOW"',
    'junior, 1000.01: "DENY"',
    'constructor, 1: "DENY"',
    "senior, NaN: input_invalid",
    'after setData: "ALLOW"',
  ]);
});

test("govern-a-tool: executed, suspended, refused, failed, and once for one key", () => {
  expect(run("govern-a-tool")).toEqual([
    "ACME Paper Ltd, 120: executed",
    "ACME Paper Ltd, 1200: suspended (over 500)",
    "ACME Paper Ltd, 12000: refused (only clerks pay, and up to 5,000)",
    "ACME Paper Ltd, 120: refused (Invalid input: expected number, received string)",
    "nobody, 1: failed",
    "the same decision again: true",
    "600 would be: MANUAL_REVIEW",
  ]);
});

test("govern-an-adk-agent: a model that asks for too much and invents a tool is refused, told why, and repairs", () => {
  const end =
    "Another call may do, where the reason says what would; who is asking and what the policy says cannot be changed from here.";
  expect(run("govern-an-adk-agent")).toEqual([
    'wire {"to":"ACME Paper Ltd","amount":9000}: refused',
    'pay {"to":"ACME Paper Ltd","amount":9000}: refused',
    `  the model reads: pay was refused, and nothing happened. only clerks pay, and at most 500 at once (not_permitted). ${end}`,
    `  the model reads: wire was refused, and nothing happened. There is no tool of this name (tool_unknown). ${end}`,
    'pay {"to":"ACME Paper Ltd","amount":500}: executed',
    "  the model reads: pay ran.",
    "I paid 500 to ACME Paper Ltd.",
    "on record: undeclared:wire DENY, pay DENY, pay ALLOW",
  ]);
});

test("the guide shows govern-an-adk-agent word by word, and what it prints", () => {
  const page = readFileSync(path.resolve(folder, "../docs/guides/govern-an-adk-agent.md"), "utf8");
  const code = readFileSync(path.join(folder, "govern-an-adk-agent/main.ts"), "utf8");
  expect(page).toContain(`\`\`\`ts\n${code}\`\`\``);
  expect(page).toContain(`\`\`\`\n${run("govern-an-adk-agent").join("\n")}\n\`\`\``);
});

test("the guide shows govern-a-tool word by word, and what it prints", () => {
  const page = readFileSync(path.resolve(folder, "../docs/guides/govern-a-tool.md"), "utf8");
  const code = readFileSync(path.join(folder, "govern-a-tool/main.ts"), "utf8");
  expect(page).toContain(`\`\`\`ts\n${code}\`\`\``);
  expect(page).toContain(`\`\`\`\n${run("govern-a-tool").join("\n")}\n\`\`\``);
});

const { OPA = "", PATH = "" } = process.env;
const onPath = PATH.split(path.delimiter).map((each) => path.join(each, "opa"));
const candidates = [OPA, ...onPath, path.resolve(folder, "../.tools/opa")];
const opa = candidates.find((file) => file !== "" && existsSync(file)) ?? "";
if (opa === "") {
  console.warn("NO OPA FOUND (environment variable OPA, PATH, .tools/opa): policy-client-shadow is NOT run");
}

describe.skipIf(opa === "")("policy-client-shadow, beside a real OPA server", () => {
  test("server and module agree", async () => {
    const address = `127.0.0.1:${await freePort()}`;
    const rego = path.join(folder, "policy-client-shadow/finance.rego");
    const server = spawn(opa, ["run", "--server", "--addr", address, "--log-level", "error", rego], {
      stdio: "ignore",
    });
    onTestFinished(() => void server.kill());
    await untilUp(`http://${address}/health`);
    expect(run("policy-client-shadow", `http://${address}/v1/data/finance/decision`)).toEqual([
      "500: ALLOW",
      "1500: MANUAL_REVIEW",
      "50000: DENY",
      "may trade: true",
      "4 agreed, 0 differed, 0 not compared",
    ]);
  });
});

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

async function untilUp(url: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const isUp = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${url} does not answer`);
}
