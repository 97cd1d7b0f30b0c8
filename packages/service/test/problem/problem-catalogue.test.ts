import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { problemCatalogue } from "@flyball/service";
import { expect, test } from "vitest";

const root = path.resolve(import.meta.dirname, "../../../..");
const page = readFileSync(path.join(root, "docs/reference/http.md"), "utf8").split("## Problems")[1] ?? "";

/** As the page's table lists them: code, status. */
const documented = new Map(
  [...page.matchAll(/^\| `([a-z0-9_]+)` \| (\d{3}) \|/gm)].map(([, code, status]) => [code, Number(status)]),
);

const testSources = ["packages/service/test", "apps/advisor/test"]
  .flatMap((folder) => readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile() && entry.name.endsWith(".test.ts") && entry.name !== "problem-catalogue.test.ts")
  .map((entry) => readFileSync(path.join(entry.parentPath, entry.name), "utf8"))
  .join("\n");

test("the page lists every problem code with its status, and no other", () => {
  const catalogue = new Map(Object.entries(problemCatalogue).map(([code, { status }]) => [code, status]));
  expect(documented).toEqual(catalogue);
});

test.each(Object.keys(problemCatalogue))("%s is provoked by a test over a socket", (code) => {
  expect(testSources.includes(`"${code}"`)).toBe(true);
});
