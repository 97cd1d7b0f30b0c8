// What lies on disk and is not what it should be: each has its exit status and message or its problem document, starts or
// executes nothing, and leaves what was there as it was.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, copyFileSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { compile } from "@flyball/compiler";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { runAdvisor } from "../src/start/run-advisor.ts";
import {
  compiledPolicies,
  post,
  runningAdvisor,
  settingsFor,
  temporaryFolder,
  trade,
} from "./support/running-advisor.ts";

const main = path.resolve(import.meta.dirname, "../src/main.ts");
let policyFile = "";
let policy: Buffer = Buffer.alloc(0);
beforeAll(async () => {
  policyFile = await compiledPolicies();
  policy = readFileSync(policyFile);
});

function built(rules: string, entrypoint = "finance/decision"): Buffer {
  const { wasm } = compile({ modules: { "a.rego": `package finance\n\n${rules}\n` }, entrypoints: [entrypoint] });
  return Buffer.from(wasm ?? []);
}

function flipped(at: number): Buffer {
  const bytes = Buffer.from(policy);
  bytes[at] = (bytes[at] ?? 0) ^ 0xff;
  return bytes;
}

describe("a policy.wasm that is none", () => {
  const rows: [string, () => Buffer | undefined, string][] = [
    ["is not there", () => undefined, "ENOENT"],
    ["is empty", () => Buffer.alloc(0), "no policy could be loaded"],
    ["is text", () => Buffer.from("package finance"), "no policy could be loaded"],
    ["has the first 8 bytes only", () => policy.subarray(0, 8), "no policy could be loaded"],
    ["is cut off in the middle", () => policy.subarray(0, policy.length / 2), "no policy could be loaded"],
    ["lacks its last byte", () => policy.subarray(0, -1), "no policy could be loaded"],
    ["has another magic number", () => flipped(0), "no policy could be loaded"],
    ["has another version", () => flipped(4), "no policy could be loaded"],
    ["is damaged in its types", () => flipped(12), "no policy could be loaded"],
    ["is a module of somebody else's", () => Buffer.from("0061736d01000000", "hex"), "no policy could be loaded"],
    ["lacks the entrypoint", () => built('other := "DENY"', "finance/other"), "finance/decision"],
    ["allows everything", () => built('decision := "ALLOW"'), "must deny what nobody may do"],
    ["has no default", () => built('decision := "ALLOW" if input.principal.role == "junior"'), "policy_undefined"],
    ["answers in another shape", () => built('decision := {"allow": false}'), "policy_output_invalid"],
  ];
  test.each(rows)("%s: nothing is started", async (_name, bytes, message) => {
    const folder = temporaryFolder();
    const file = path.join(folder, "policy.wasm");
    const content = bytes();
    if (content !== undefined) writeFileSync(file, content);
    const result = await runAdvisor(settingsFor(path.join(folder, "state"), file));
    expect(result.ok).toBe(false);
    expect(result.ok || result.message).toContain(message);
  });

  test("at 200 places one after the other: a refusal to start, or a policy that passes its self-check; never a crash", async () => {
    const folder = temporaryFolder();
    const file = path.join(folder, "policy.wasm");
    const seen = { refused: 0, started: 0 };
    for (let index = 0; index < 200; index += 1) {
      writeFileSync(file, flipped(Math.floor((policy.length * index) / 200)));
      const result = await runAdvisor(settingsFor(path.join(folder, "state"), file));
      seen[result.ok ? "started" : "refused"] += 1;
      if (result.ok) await result.advisor.stop(1_000);
    }
    expect(seen.refused).toBeGreaterThan(50);
    expect(seen.refused + seen.started).toBe(200);
  });

  test("ends the process with status 1 and one line that names the file", async () => {
    const folder = temporaryFolder();
    const { status, stderr } = await runMain({ FLYBALL_STATE: folder });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^flyball: no policy could be loaded from .*policy\.wasm: .*\n$/);
  });
});

describe("settings that must not be", () => {
  test.each<[string, Record<string, string>, string]>([
    ["all addresses with development tokens", { HOST: "0.0.0.0" }, "not a loopback address"],
    ["a name for an address", { HOST: "localhost" }, "HOST must be an IP address"],
    ["a port that is none", { PORT: "http" }, "PORT must be a number"],
    ["half an issuer", { FLYBALL_ISSUER: "https://id.example" }, "missing: FLYBALL_AUDIENCE, FLYBALL_KEYS_URL"],
    [
      "keys over plain http",
      { FLYBALL_ISSUER: "https://id.example", FLYBALL_AUDIENCE: "a", FLYBALL_KEYS_URL: "http://id.example/keys" },
      "https",
    ],
  ])("%s", async (_name, environment, message) => {
    const { status, stderr, stdout } = await runMain({
      FLYBALL_STATE: temporaryFolder(),
      FLYBALL_POLICY: policyFile,
      ...environment,
    });
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(message);
    expect(stderr.split("\n")).toHaveLength(2);
  });
});

describe("a store that does not take writes", () => {
  test("locked while the service runs: 503, nothing executed; free again: executed", async () => {
    const advisor = await runningAdvisor(policyFile);
    const other = lock(path.join(advisor.folder, "governor.sqlite"));
    const answer = await post(advisor, { body: trade() });
    expect([answer.status, answer.body.code, answer.body.recorded]).toEqual([503, "store_unavailable", false]);
    expect(advisor.fills()).toBe(0);
    other.exec("ROLLBACK");
    expect((await post(advisor, { body: trade() })).status).toBe(200);
    expect(advisor.damage()).toEqual([]);
  });

  test("the broker's own file locked: the decision is stored, the order failed, and nothing was filled", async () => {
    const advisor = await runningAdvisor(policyFile);
    const other = lock(path.join(advisor.folder, "paper-broker.sqlite"));
    const answer = await post(advisor, { body: trade() });
    expect([answer.status, answer.body.code, answer.body.outcome]).toEqual([502, "tool_failed", "failed"]);
    other.exec("ROLLBACK");
    expect(advisor.fills()).toBe(0);
    expect(advisor.damage()).toEqual([]);
  });

  test.each([["governor.sqlite"], ["paper-broker.sqlite"]])(
    "%s that is no database: nothing is started",
    async (name) => {
      const folder = temporaryFolder();
      writeFileSync(path.join(folder, name), "not a database".repeat(1_000));
      const result = await runAdvisor(settingsFor(folder, policyFile));
      expect(result.ok).toBe(false);
      expect(result.ok || result.message).toContain(name);
      expect(readFileSync(path.join(folder, name), "utf8")).toMatch(/^not a database/);
    },
  );

  test("read-only on disk: the process ends with status 1 and changes nothing", async ({ skip }) => {
    // Root may write anything, so the service runs as somebody else, who must be able to enter the checkout.
    const closed = process.getuid?.() === 0 ? closedFolder(import.meta.dirname) : undefined;
    skip(closed !== undefined, `SKIPPED: run as root from below ${closed}, which other users cannot enter`);
    const folder = await usedFolder();
    const before = readFileSync(path.join(folder, "governor.sqlite"));
    copyFileSync(policyFile, path.join(folder, "policy.wasm"));
    for (const name of readdirSync(folder)) chmodSync(path.join(folder, name), 0o444);
    chmodSync(folder, 0o555);
    onTestFinished(() => chmodSync(folder, 0o755));
    const { status, stderr } = await runMain({ FLYBALL_STATE: folder }, { unprivileged: true });
    expect(status).toBe(1);
    expect(stderr).toMatch(/governor\.sqlite cannot be used \((read_only|io)\)/);
    expect(readFileSync(path.join(folder, "governor.sqlite")).equals(before)).toBe(true);
  });

  function lock(file: string): DatabaseSync {
    const db = new DatabaseSync(file, { timeout: 0 });
    onTestFinished(() => db.close());
    db.exec("BEGIN IMMEDIATE");
    return db;
  }

  /** A state folder as a stopped service leaves it, in a place that everybody can reach. */
  async function usedFolder(): Promise<string> {
    const folder = path.join(temporaryFolder(), "state");
    const result = await runAdvisor(settingsFor(folder, policyFile));
    if (!result.ok) throw new Error(result.message);
    await result.advisor.stop(1_000);
    chmodSync(path.dirname(folder), 0o755);
    return folder;
  }
});

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs main.ts as a process of its own, without the permissions of root where we have them. */
async function runMain(
  environment: Readonly<Record<string, string>>,
  { unprivileged = false }: { readonly unprivileged?: boolean } = {},
): Promise<Ended> {
  const nobody = 65_534;
  const identity = unprivileged && process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};
  const child: ChildProcess = spawn(process.execPath, ["--conditions=flyball-source", main], {
    env: { PATH: process.env["PATH"], PORT: "0", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
    ...identity,
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (chunk) => {
    stdout += String(chunk);
  });
  child.stderr?.on("data", (chunk) => {
    stderr += String(chunk);
  });
  const [status] = (await once(child, "close")) as [number | null];
  return { status, stdout, stderr };
}

/** The folder on the way to a place that users other than its owner cannot enter, if there is one. */
function closedFolder(place: string): string | undefined {
  if ((statSync(place).mode & 0o001) === 0) return place;
  const parent = path.dirname(place);
  return parent === place ? undefined : closedFolder(parent);
}
