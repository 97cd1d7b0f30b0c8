import { spawn, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { COMPILER_VERSION } from "@flyball/compiler";
import { describe, expect, onTestFinished, test } from "vitest";
import { POLICY } from "./policy-files.ts";
import { flyball, folderWith, MAIN, spawnFlyball } from "./run-flyball.ts";

describe("the process", () => {
  test("ends with the command's status and keeps results and messages apart", () => {
    const folder = folderWith({ ...POLICY, "bad.rego": "package a\n\np := x\n" });
    expect(spawnFlyball(folder, ["test", "p"])).toMatchObject({ status: 0, stderr: "" });
    expect(spawnFlyball(folder, ["check", "bad.rego"])).toMatchObject({ status: 1, stdout: "" });
    const unknown = spawnFlyball(folder, ["tset", "p"]);
    expect(unknown).toEqual({
      status: 2,
      stdout: "",
      stderr: 'flyball: no command "tset": test is meant perhaps; flyball --help lists them\n',
    });
  });

  test("has colours where they are asked for and nowhere else", () => {
    const folder = folderWith({ "bad.rego": "package a\n\np := x\n" });
    const args = ["check", "bad.rego"];
    expect(spawnFlyball(folder, args).stderr).not.toContain("\u001B[");
    expect(spawnFlyball(folder, args, { env: { FORCE_COLOR: "1" } }).stderr).toContain("\u001B[31m");
    expect(spawnFlyball(folder, args, { env: { FORCE_COLOR: "1", NO_COLOR: "1" } }).stderr).not.toContain("\u001B[");
  });

  test("starts by its own file, whatever of it is built", () => {
    const bin = fileURLToPath(new URL("../bin/flyball.js", import.meta.url));
    const { status, stdout, stderr } = spawnSync(process.execPath, [bin, "--version"], { encoding: "utf8" });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: `flyball ${COMPILER_VERSION}\n`, stderr: "" });
  });

  test("reads standard input", () => {
    const folder = folderWith({});
    expect(spawnFlyball(folder, ["fmt"], { input: "package a\np:=1\n" }).stdout).toBe("package a\n\np := 1\n");
  });

  test.skipIf(process.platform === "win32")("ends quietly when nobody reads on", () => {
    const folder = folderWith({});
    const query = "[x | some x in numbers.range(1, 50000)]";
    const command = `"${process.execPath}" --conditions=flyball-source "${MAIN}" eval '${query}' | head -n 1`;
    const { stdout, stderr } = spawnSync("bash", ["-c", command], { cwd: folder, encoding: "utf8" });
    expect({ stdout, stderr }).toEqual({ stdout: "{\n", stderr: "" });
  });

  test("watches, runs again after a change, and ends when it is stopped", async () => {
    const folder = folderWith(POLICY);
    const child = spawn(process.execPath, ["--conditions=flyball-source", MAIN, "test", "p", "--watch"], {
      cwd: folder,
    });
    onTestFinished(() => {
      child.kill("SIGKILL");
    });
    let printed = "";
    const printedEnough = async (pattern: RegExp) => {
      while (!pattern.test(printed)) await new Promise((resolve) => child.once("printed", resolve));
    };
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => {
        printed += chunk.toString();
        child.emit("printed");
      });
    await printedEnough(/PASS: 2\/2.*watching p for changes/s);
    writeFileSync(join(folder, "p/more_test.rego"), "package more_test\n\ntest_more if true\n");
    await printedEnough(/PASS: 3\/3.*watching p for changes/s);
    // Half a file is no end.
    writeFileSync(join(folder, "p/more_test.rego"), "package more_test\n\ntest_more if {");
    await printedEnough(/rego_parse_error/);
    const ended = new Promise((resolve) => child.once("close", (code) => resolve(code)));
    child.kill("SIGINT");
    expect(await ended).toBe(130);
  });
});

describe("wrong calls", () => {
  test.each([
    [["build"], "build needs the path"],
    [["build", "p"], "needs an entrypoint"],
    [["build", "missing", "-e", "a/b"], "missing: no such file or folder"],
    [["check", "--strikt", "p"], "Unknown option '--strikt': --strict is meant perhaps"],
    [["eval"], "eval needs one query"],
    [["eval", "1", "2"], "eval needs one query"],
    [["eval", "1", "-m", "policy.wasm"], "not both"],
    [["eval", "1", "-f", "pretty"], "-f pretty: the formats are"],
    [["eval", "1", "--fuel", "x"], "--fuel x: must be a whole number"],
    [["eval", "1", "--fuel", "1"], "limits.fuel must be an integer from"],
    [["test", "p", "-r", "("], "-r ("],
    [["test", "p", "--threshold", "101"], "--threshold 101"],
    [["test"], "test needs the path"],
    [["inspect"], "inspect needs the path"],
    [["bench"], "bench needs the path"],
  ])("answer 2 with one line: %j", async (args, message) => {
    const { status, stdout, stderr } = await flyball(folderWith(POLICY), ...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(/^flyball \w+: .+\n$/);
    expect(stderr).toContain(message);
  });

  test("are JSON where JSON is asked for", async () => {
    const { stdout, stderr } = await flyball(folderWith({}), "check", "--json");
    expect({ stderr, ...JSON.parse(stdout) }).toEqual({
      stderr: "",
      errors: [{ code: "usage_error", message: "check needs the path of a policy" }],
    });
  });
});
