import { spawnSync } from "node:child_process";
import { beforeEach, describe, expect, test } from "vitest";
import { POLICY } from "./policy-files.ts";
import { flyball, folderWith } from "./run-flyball.ts";

describe("flyball inspect", () => {
  let folder: string;
  beforeEach(async () => {
    folder = folderWith(POLICY);
    await flyball(folder, "build", "p", "-d", "p", "-e", "trade/decision");
  });

  test("lists what an entrypoint reads, its fuel, rules and sizes", async () => {
    const { status, stdout } = await flyball(folder, "inspect", "policy.wasm");
    expect(status).toBe(0);
    expect(stdout).toContain("  reads    input.amount\n           input.side\n");
    expect(stdout).toMatch(/ {2}fuel {5}(at most \d+|depends on the input)\n/);
    expect(stdout).toContain("rules\n  data.trade.decision  p/trade.rego:5\n");
    expect(stdout).toMatch(/size by part\n( +\d+ +[\d.]+ % {2}[\w. ]+\n)+$/);
  });

  test("answers as JSON", async () => {
    const { stdout } = await flyball(folder, "inspect", "policy.wasm", "--json");
    const report = JSON.parse(stdout) as {
      readonly bytes: number;
      readonly sections: readonly { readonly size: number }[];
      readonly manifest: { readonly entrypoints: readonly { readonly name: string }[] };
    };
    expect(report.manifest.entrypoints.map(({ name }) => name)).toEqual(["trade/decision"]);
    // The module's header is no section.
    expect(report.sections.reduce((sum, { size }) => sum + size, 8)).toBe(report.bytes);
  });

  test.each([
    ["an empty file", new Uint8Array()],
    ["text", new TextEncoder().encode("not a module")],
    ["a truncated header", new Uint8Array([0, 97, 115, 109, 1])],
    ["a module without a manifest", new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])],
  ])("refuses %s in one line", async (_, bytes) => {
    const { status, stderr } = await flyball(folderWith({ "x.wasm": bytes }), "inspect", "x.wasm");
    expect(status).toBe(2);
    expect(stderr).toMatch(/^flyball inspect: x\.wasm: .+\n$/);
  });
});

describe("flyball bench", () => {
  test("prints percentiles in their order", async () => {
    const folder = folderWith({ ...POLICY, "in.json": `{"side": "BUY", "amount": 1}` });
    await flyball(folder, "build", "p", "-d", "p", "-e", "trade/decision");
    const { stdout } = await flyball(folder, "bench", "policy.wasm", "-i", "in.json", "--time", "0.05", "--json");
    const { evaluations, nanoseconds } = JSON.parse(stdout) as {
      readonly evaluations: number;
      readonly nanoseconds: Readonly<Record<"min" | "p50" | "p90" | "p99" | "p99.9" | "max", number>>;
    };
    expect(evaluations).toBeGreaterThan(0);
    const { min, p50, p90, p99, "p99.9": p999, max } = nanoseconds;
    expect([min, p50, p90, p99, p999, max]).toEqual([min, p50, p90, p99, p999, max].toSorted((a, b) => a - b));
    expect(min).toBeGreaterThan(0);
    expect((await flyball(folder, "bench", "policy.wasm", "-i", "in.json", "--time", "0.05")).stdout).toMatch(
      / {2}p99 +[\d.]+ (ns|us|ms)\n/,
    );
  });

  test("refuses what it cannot measure", async () => {
    const folder = folderWith({
      "c.rego": "package c\n\np := 1 if input.x\n\np := 2 if input.y\n",
      "in.json": `{"x":1,"y":1}`,
    });
    await flyball(folder, "build", "c.rego", "-e", "c/p");
    expect(await flyball(folder, "bench", "policy.wasm", "-i", "in.json")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("c/p has a fault for this input"),
    });
    expect((await flyball(folder, "bench", "policy.wasm", "--time", "soon")).stderr).toContain("--time soon");
  });
});

describe("flyball completion", () => {
  test("completes commands, flags and shells in bash", async () => {
    const { stdout } = await flyball(folderWith({}), "completion", "bash");
    const complete = (...words: readonly string[]) =>
      spawnSync(
        "bash",
        [
          "-c",
          `${stdout}\nCOMP_WORDS=(flyball ${words.map((word) => `'${word}'`).join(" ")})\nCOMP_CWORD=${words.length}\n_flyball\nprintf '%s\\n' "\${COMPREPLY[@]}"`,
        ],
        { encoding: "utf8" },
      )
        .stdout.trim()
        .split("\n");
    expect(complete("b")).toEqual(["build", "bench"]);
    expect(complete("test", "--th")).toEqual(["--threshold"]);
    expect(complete("completion", "z")).toEqual(["zsh"]);
  });

  test.each(["zsh", "fish"])("names every command and flag for %s", async (shell) => {
    const { stdout } = await flyball(folderWith({}), "completion", shell);
    for (const word of ["inspect", "v0-compatible", "threshold"]) expect(stdout).toContain(word);
  });

  test("lists commands and flags for other tools", async () => {
    const { stdout } = await flyball(folderWith({}), "completion", "--json");
    const { commands } = JSON.parse(stdout) as {
      readonly commands: readonly { readonly name: string; readonly flags: object }[];
    };
    expect(commands.find(({ name }) => name === "fmt")?.flags).toMatchObject({
      write: { type: "boolean", short: "w" },
    });
  });

  test("knows its shells", async () => {
    expect(await flyball(folderWith({}), "completion", "tcsh")).toMatchObject({
      status: 2,
      stderr: "flyball completion: completion needs the name of a shell: bash, zsh or fish\n",
    });
  });
});
