import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { compileRuntime, runtimeSource } from "../../scripts/compile-runtime.ts";

describe("src/runtime-module.generated.ts", () => {
  it("is what runtime/ compiles to", { timeout: 120_000 }, async () => {
    const source = readFileSync(new URL("../../src/runtime-module.generated.ts", import.meta.url), "utf8");
    expect(runtimeSource(await compileRuntime()) === source, "run npm run build:runtime -w @flyball/compiler").toBe(
      true,
    );
  });
});
