import { readFileSync } from "node:fs";
import { governorVersion } from "@flyball/governor";
import { expect, test } from "vitest";

test("the version that records name is the package's", () => {
  const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string };
  expect(governorVersion).toBe(manifest.version);
});
