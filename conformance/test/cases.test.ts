import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { runCase } from "../src/run-case.ts";
import { readCases } from "../src/test-case.ts";

const cases = ["language", "builtins"].flatMap((name) =>
  readCases(fileURLToPath(new URL(`../cases/${name}.jsonl`, import.meta.url))),
);

// The answers were given by OPA 1.22.2. Each case runs on the interpreter and on both forms of the module.
describe.each([...new Set(cases.map(({ file }) => file))])("%s", (file) => {
  test.each(cases.filter((each) => each.file === file).map((each) => [each.note, each] as const))(
    "%s",
    async (_, each) => {
      expect(await runCase(each, { strict: false, regoVersion: 1 })).toMatchObject({ kind: "passed" });
    },
  );
});

test("a wrong expectation is a failure on the first path that it meets", async () => {
  const [first] = cases;
  if (first === undefined) throw new Error("no cases");
  const wrong = { ...first, wantResult: [{ x: "something else" }], wantErrorCode: undefined };
  expect(await runCase(wrong, { strict: false, regoVersion: 1 })).toMatchObject({
    kind: "failed",
    path: "interpreter",
  });
});
