import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { POLICY } from "./policy-files.ts";
import { type Files, flyball, flyballWith, folderWith } from "./run-flyball.ts";

interface Recorded {
  readonly opa: string;
  readonly files: Files;
  readonly cases: readonly { readonly query: string; readonly status: number; readonly stdout: string }[];
}

/** What a real OPA printed: its version and the command are in the file. */
const RECORDED = JSON.parse(
  readFileSync(fileURLToPath(new URL("fixtures/opa-eval.json", import.meta.url)), "utf8"),
) as Recorded;

/** Numbers that OPA calculates or writes otherwise: docs/reference/cli.md, "eval". */
const OTHER_NUMBERS = new Set(["1/3", "1.0", "1e3", "123.4560"]);

describe("flyball eval", () => {
  test("prints what opa eval prints, byte for byte", async () => {
    const folder = folderWith(RECORDED.files);
    const different: unknown[] = [];
    let compared = 0;
    for (const { query, status, stdout } of RECORDED.cases) {
      if (status !== 0 || OTHER_NUMBERS.has(query)) continue;
      const args = ["-d", "p.rego", "-d", "data.json", "-d", "more.yaml", "-i", "in.json"];
      const run = await flyball(folder, "eval", query, ...args);
      compared++;
      if (run.status !== 0 || run.stdout !== stdout) different.push({ query, opa: stdout, ours: run });
    }
    expect(different).toEqual([]);
    expect(compared).toBeGreaterThan(80);
  });

  test("answers 2 with the code and the place that opa gives", async () => {
    const folder = folderWith(RECORDED.files);
    const different: unknown[] = [];
    for (const { query, status, stdout } of RECORDED.cases) {
      if (status === 0) continue;
      const args = ["-d", "p.rego", "-d", "data.json", "-d", "more.yaml", "-i", "in.json"];
      const run = await flyball(folder, "eval", query, ...args);
      const ours = firstError(run.stdout);
      const opa = firstError(stdout);
      // A place in a text that cannot be parsed is where one looks for the mistake, which is a matter of taste.
      const same = ours.code === opa.code && (opa.code === "rego_parse_error" || ours.row === opa.row);
      if (run.status !== 2 || !same) different.push({ query, opa, ours, status: run.status });
    }
    expect(different).toEqual([]);
  });

  test("keeps numbers exact from the input file to the output", async () => {
    const folder = folderWith({ "in.json": `{"amount": 5000.0000000000000001}` });
    const { stdout } = await flyball(folder, "eval", "input.amount > 5000; x := input.amount", "-i", "in.json");
    expect(stdout).toContain(`"x": 5000.0000000000000001`);
  });

  test("takes falsy inputs for inputs, and none for undefined", async () => {
    const folder = folderWith({ "false.json": "false", "null.yaml": "null\n" });
    expect((await flyball(folder, "eval", "input", "-i", "false.json", "-f", "raw")).stdout).toBe("false\n");
    expect((await flyball(folder, "eval", "input", "-i", "null.yaml", "-f", "raw")).stdout).toBe("null\n");
    expect((await flyball(folder, "eval", "input")).stdout).toBe("{}\n");
  });

  test("reads the input from standard input", async () => {
    const stdin = () => new TextEncoder().encode(`{"x": 1}`);
    const { stdout } = await flyballWith({ stdin }, folderWith({}), "eval", "input.x", "-I", "-f", "raw");
    expect(stdout).toBe("1\n");
  });

  test("knows the rules of a package by their names, and imports", async () => {
    const folder = folderWith(POLICY);
    const args = ["-d", "p", "-f", "raw"];
    expect((await flyball(folder, "eval", "decision", "--package", "trade", ...args)).stdout).toBe("DENY\n");
    expect((await flyball(folder, "eval", "limits.most", "--import", "data.limits", ...args)).stdout).toBe("5000\n");
    expect((await flyball(folder, "eval", "decision", ...args)).status).toBe(2);
  });

  test("puts a document where its prefix says", async () => {
    const folder = folderWith({ "people.json": `["ann"]` });
    const { stdout } = await flyball(
      folder,
      "eval",
      "data.roles.admins[0]",
      "-d",
      "roles.admins:people.json",
      "-f",
      "raw",
    );
    expect(stdout).toBe("ann\n");
  });

  test.each([
    ["values", "[\n  1\n]\n[\n  2\n]\n"],
    ["bindings", '[\n  {\n    "x": 1\n  },\n  {\n    "x": 2\n  }\n]\n'],
    ["raw", "1\n2\n"],
    ["discard", '{\n  "result": "discarded"\n}\n'],
  ])("prints %s", async (format, want) => {
    expect((await flyball(folderWith({}), "eval", "[1, 2][_] = x", "-f", format)).stdout).toBe(
      format === "values" || format === "raw" ? want.replaceAll(/[12]/g, "true") : want,
    );
  });

  test("answers 1 where --fail or --fail-defined asks for it", async () => {
    const folder = folderWith({});
    expect((await flyball(folder, "eval", "data.no", "--fail")).status).toBe(1);
    expect((await flyball(folder, "eval", "1", "--fail")).status).toBe(0);
    expect((await flyball(folder, "eval", "1", "--fail-defined")).status).toBe(1);
  });

  test("makes an error of a built-in a fault where errors are strict", async () => {
    const folder = folderWith({});
    expect((await flyball(folder, "eval", 'to_number("x")')).stdout).toBe("{}\n");
    const { status, stdout } = await flyball(folder, "eval", 'to_number("x")', "--strict-builtin-errors");
    expect({ status, error: firstError(stdout) }).toMatchObject({ status: 2, error: { code: "eval_builtin_error" } });
  });

  test("sends what is printed to standard error, undefined values too", async () => {
    const query = 'x := [1, "a"]; print("x:", x, data.no, [y | some y in x; print(y)])';
    const { stdout, stderr } = await flyball(folderWith({}), "eval", query, "-f", "raw");
    expect({ stdout, stderr }).toEqual({ stdout: "true true\n", stderr: '1\na\nx: [1, "a"] <undefined> [1, "a"]\n' });
  });

  test("grants randomness and says what it cannot grant", async () => {
    const folder = folderWith({});
    expect((await flyball(folder, "eval", 'rand.intn("a", 5) < 5', "-f", "raw")).stdout).toBe("true\n");
    const { status, stdout } = await flyball(folder, "eval", 'http.send({"method": "get", "url": "http://x"})');
    expect(status).toBe(2);
    expect(firstError(stdout).code).toBe("eval_builtin_error");
    expect(stdout).toContain("http.send: not granted on the command line");
  });

  test("keeps an evaluation within its limits", async () => {
    const folder = folderWith({});
    const query = "count(numbers.range(1, 100000))";
    expect((await flyball(folder, "eval", query, "-f", "raw")).stdout).toBe("100000\n");
    const { status, stdout } = await flyball(folder, "eval", query, "--fuel", "2000");
    expect({ status, error: firstError(stdout) }).toMatchObject({ status: 2, error: { code: "fuel_exhausted" } });
  });

  test("evaluates an entrypoint of a module with base documents set at load", async () => {
    const folder = folderWith({ ...POLICY, "in.json": `{"side": "BUY", "amount": 1}` });
    await flyball(folder, "build", "p", "-e", "trade/decision", "-e", "trade");
    const run = (...args: string[]) =>
      flyball(folder, "eval", "-m", "policy.wasm", "-i", "in.json", "-f", "raw", ...args);
    expect((await run()).stdout).toBe("DENY\n");
    expect((await run("-d", "p")).stdout).toBe("ALLOW\n");
    expect((await run("-d", "p", "-e", "trade")).stdout).toBe('{"decision":"ALLOW"}\n');
    expect(await run("-e", "trade/verdict")).toMatchObject({
      status: 2,
      stderr: "flyball eval: no entrypoint trade/verdict: the module has trade/decision, trade\n",
    });
  });
});

function firstError(stdout: string): { readonly code?: string; readonly row?: number } {
  try {
    const { errors } = JSON.parse(stdout) as {
      readonly errors: readonly { readonly code: string; readonly location?: { readonly row: number } }[];
    };
    const [first] = errors;
    return { ...(first && { code: first.code }), ...(first?.location && { row: first.location.row }) };
  } catch {
    return {};
  }
}
