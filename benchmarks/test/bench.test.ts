import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "flyball-bench-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const main = join(import.meta.dirname, "../src/main.ts");
const quick = [
  "--conditions=flyball-source",
  main,
  "--rounds",
  "1",
  "--milliseconds",
  "5",
  "--engine",
  "flyball",
  "--engine",
  "handwritten",
];

function cases(want: string): string {
  const line = {
    name: "tiny",
    modules: ['package tiny\n\ndecision := "ALLOW" if input.amount <= data.limit\n'],
    data: { limit: 10 },
    entrypoint: "tiny/decision",
    inputs: [{ amount: 5 }, { amount: 11 }],
    want: [want, null],
  };
  const file = join(folder, `${want}.jsonl`);
  writeFileSync(file, `${JSON.stringify(line)}\n`);
  return file;
}

describe("npm run bench", () => {
  it("measures the cases of a file and prints JSON", () => {
    const output = execFileSync(process.execPath, [...quick, "--json", "--policies", cases("ALLOW")], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    const { machine, results } = JSON.parse(output);
    expect(machine).toMatchObject({ node: process.versions.node });
    expect(results).toEqual([
      {
        case: "tiny",
        engine: "flyball",
        medianNs: expect.any(Number),
        p99Ns: expect.any(Number),
        bytesPerOp: expect.any(Number),
        roundedAnswers: 0,
      },
    ]);
  });

  it("fails where an answer is wrong", () => {
    const { status, stdout } = spawnSync(process.execPath, [...quick, "--policies", cases("DENY")], {
      encoding: "utf8",
    });
    expect(status).toBe(1);
    expect(stdout).toContain('input 0: wanted "DENY", got "ALLOW"');
  });

  it("measures the advisor's policies beside their hand-written twin where there is no file, and says loudly where there is no OPA", () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, quick, { encoding: "utf8", env: { PATH: "" } });
    expect(stderr).toContain("NO OPA FOUND");
    expect(stdout).toMatch(/advisor +handwritten +\d/);
    expect(stdout).toMatch(/advisor +flyball +\d/);
    expect(status).toBe(0);
  });

  it("explains itself", () => {
    const { status, stderr } = spawnSync(process.execPath, [...quick, "--engine", "rocket"], { encoding: "utf8" });
    expect(status).toBe(2);
    expect(stderr).toContain("usage: npm run bench");
  });
});
