import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { findOpa } from "./find-opa.ts";
import { manyQueries } from "./queries.ts";
import { type Files, flyball, folderWith } from "./run-flyball.ts";

const RECORDED = JSON.parse(readFileSync(new URL("fixtures/opa-eval.json", import.meta.url), "utf8")) as {
  readonly files: Files;
};

const ARGS = ["-d", "p.rego", "-d", "data.json", "-d", "more.yaml", "-i", "in.json"];

interface Printed {
  readonly result?: unknown;
  readonly errors?: readonly { readonly code: string; readonly message: string }[];
}

describe("flyball eval, beside opa eval", () => {
  test("prints the same for some hundreds of queries", { timeout: 240_000 }, async ({ skip }) => {
    const opa = findOpa();
    if (opa === undefined) return skip("no opa");
    const folder = folderWith(RECORDED.files);
    const queries = manyQueries();
    const different: unknown[] = [];
    for (const query of queries) {
      const theirs = spawnSync(opa, ["eval", "--format", "json", ...ARGS, "--", query], {
        cwd: folder,
        encoding: "utf8",
      });
      const ours = await flyball(folder, "eval", ...ARGS, "--", query);
      const [want, got] = [printed(theirs.stdout), printed(ours.stdout)];
      const same =
        want.errors === undefined
          ? ours.stdout === theirs.stdout
          : got.errors !== undefined && ours.status === theirs.status && got.errors[0]?.code === want.errors[0]?.code;
      if (!same) different.push({ query, opa: theirs.stdout, ours: ours.stdout });
    }
    expect(different).toEqual([]);
    expect(queries.length).toBeGreaterThan(300);
  });
});

function printed(stdout: string): Printed {
  return stdout === "" ? {} : (JSON.parse(stdout) as Printed);
}
