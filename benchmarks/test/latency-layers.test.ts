import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";

const program = join(import.meta.dirname, "../src/latency-layers.ts");

it("measures every layer at both concurrencies", () => {
  const args = ["--conditions=flyball-source", program, "--json", "--milliseconds", "30"];
  const { machine, layers } = JSON.parse(
    execFileSync(process.execPath, args, { encoding: "utf8", env: { PATH: "" }, stdio: ["ignore", "pipe", "ignore"] }),
  );
  expect(machine).toMatchObject({ node: process.versions.node });
  const figure = { medianUs: expect.any(Number), p95Us: expect.any(Number), p99Us: expect.any(Number) };
  const row = (layer: string, store: string, concurrency: number) => ({
    layer,
    store,
    concurrency,
    ...figure,
    perSecond: expect.any(Number),
  });
  const governed = [1, 32].flatMap((concurrency) =>
    ["governor.check", "governTool"].map((layer) => row(layer, "SQLite", concurrency)),
  );
  expect(layers.slice(0, 5)).toEqual([row("policy.evaluate", "none", 1), ...governed]);
});
