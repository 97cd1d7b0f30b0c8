import { readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { flyball, folderWith } from "./run-flyball.ts";

const TRADE = `package trade

default decision := "DENY"

decision := "ALLOW" if {
	input.side == "BUY"
	input.amount <= data.limits.most
}
`;

const TRADE_TEST = `package trade_test

test_small_is_allowed if data.trade.decision == "ALLOW" with input as {"side": "BUY", "amount": 5}

test_large_is_denied if data.trade.decision == "DENY" with input as {"side": "BUY", "amount": 5001}

todo_sell if data.trade.decision == "ALLOW" with input as {"side": "SELL", "amount": 5}
`;

const policy = { "p/trade.rego": TRADE, "p/trade_test.rego": TRADE_TEST, "p/limits/data.json": `{"most": 5000}` };

describe("flyball build", () => {
  test("writes a module that eval -m runs", () => {
    const folder = folderWith({ ...policy, "in.json": `{"side": "BUY", "amount": 5000}` });
    const built = flyball(folder, "build", "p", "-d", "p", "-e", "trade/decision", "-o", "out/policy.wasm");
    expect(built).toMatchObject({ status: 0, stderr: "" });
    expect(built.stdout).toMatch(/^out\/policy\.wasm: \d+ bytes, trade\/decision\n$/);
    const run = flyball(folder, "eval", "-m", "out/policy.wasm", "-i", "in.json");
    expect(JSON.parse(run.stdout)).toMatchObject({
      result: [{ expressions: [{ value: "ALLOW", text: "data.trade.decision" }] }],
    });
  });

  test("writes the same bytes whatever the order of the paths", () => {
    const folder = folderWith({ "a.rego": "package a\n\np := data.b.q + 1\n", "b.rego": "package b\n\nq := 1\n" });
    flyball(folder, "build", "a.rego", "b.rego", "-e", "a/p", "-o", "1.wasm");
    flyball(folder, "build", "b.rego", "a.rego", "-e", "a/p", "-o", "2.wasm");
    expect(readFileSync(join(folder, "1.wasm"))).toEqual(readFileSync(join(folder, "2.wasm")));
  });

  test("answers 1 and writes nothing when the policy has a mistake", () => {
    const folder = folderWith({ "a.rego": "package a\n\np if missing(1)\n" });
    const { status, stderr } = flyball(folder, "build", "a.rego", "-e", "a/p");
    expect(status).toBe(1);
    expect(stderr).toContain("a.rego:3:6: rego_type_error");
    expect(() => readFileSync(join(folder, "policy.wasm"))).toThrow("ENOENT");
  });

  test("names the entrypoints there are when one names nothing", () => {
    const folder = folderWith(policy);
    const { status, stderr } = flyball(folder, "build", "p", "-e", "trade/verdict");
    expect(status).toBe(1);
    expect(stderr).toContain("trade/decision");
  });
});

describe("flyball check", () => {
  test("shows the line, a caret and a way out", () => {
    const folder = folderWith({ "bad.rego": "package a\n\nallow { true }\n" });
    const { status, stderr } = flyball(folder, "check", "bad.rego");
    expect(status).toBe(1);
    expect(stderr).toContain("bad.rego:3:7: rego_parse_error");
    expect(stderr).toContain("  3 | allow { true }\n    |       ^");
    expect(stderr).toContain("write `if {`");
  });

  test("prints mistakes as JSON with their places", () => {
    const folder = folderWith({ "bad.rego": "package a\n\np := x\n" });
    const { status, stdout } = flyball(folder, "check", "bad.rego", "--json");
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      errors: [{ code: "rego_unsafe_var_error", location: { file: "bad.rego", row: 3 } }],
    });
  });

  test("says nothing about a good policy", () => {
    expect(flyball(folderWith(policy), "check", "p")).toEqual({ status: 0, stdout: "", stderr: "" });
  });
});

describe("flyball eval", () => {
  test("prints what opa eval prints", () => {
    const { stdout } = flyball(folderWith({}), "eval", "x := 1; x < 2");
    expect(JSON.parse(stdout)).toEqual({
      result: [
        {
          expressions: [
            { value: true, text: "x := 1", location: { row: 1, col: 1 } },
            { value: true, text: "x < 2", location: { row: 1, col: 9 } },
          ],
          bindings: { x: 1 },
        },
      ],
    });
  });

  test.each([
    ["an undefined query", "data.nothing", {}],
    [
      "a false one",
      "1 == 2",
      { result: [{ expressions: [{ value: false, text: "1 == 2", location: { row: 1, col: 1 } }] }] },
    ],
  ])("prints %s", (_, query, want) => {
    expect(JSON.parse(flyball(folderWith({}), "eval", query).stdout)).toEqual(want);
  });

  test("keeps numbers exact from the input file to the output", () => {
    const folder = folderWith({ "in.json": `{"amount": 5000.0000000000000001}` });
    expect(flyball(folder, "eval", "input.amount > 5000; x := input.amount", "-i", "in.json").stdout).toContain(
      `"x": 5000.0000000000000001`,
    );
  });

  test("answers 2 and the conflict as JSON", () => {
    const folder = folderWith({
      "a.rego": "package a\n\np := 1 if input.x\n\np := 2 if input.x\n",
      "in.json": `{"x": true}`,
    });
    const { status, stdout } = flyball(folder, "eval", "data.a.p", "-d", "a.rego", "-i", "in.json");
    expect(status).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ errors: [{ code: "policy_conflict" }] });
  });
});

describe("flyball test", () => {
  test("passes, counts and skips", () => {
    expect(flyball(folderWith(policy), "test", "p")).toEqual({
      status: 0,
      stdout: "PASS: 2/2\nSKIPPED: 1\n",
      stderr: "",
    });
  });

  test("names the place of a test that fails and answers 1", () => {
    const folder = folderWith({ "t_test.rego": "package t\n\ntest_wrong if 1 == 2\n\ntest_right if 1 == 1\n" });
    const { status, stdout } = flyball(folder, "test", "t_test.rego");
    expect({ status, stdout }).toEqual({
      status: 1,
      stdout: "t_test.rego:3: data.t.test_wrong: FAIL\nPASS: 1/2\nFAIL: 1/2\n",
    });
  });

  test("runs only what -r names, as JSON", () => {
    const { stdout } = flyball(folderWith(policy), "test", "p", "-r", "small", "--json");
    expect(JSON.parse(stdout)).toMatchObject([
      { name: "test_small_is_allowed", package: "data.trade_test", outcome: "pass" },
    ]);
  });
});

describe("flyball inspect", () => {
  test("lists what an entrypoint reads", () => {
    const folder = folderWith(policy);
    flyball(folder, "build", "p", "-d", "p", "-e", "trade/decision");
    const { status, stdout } = flyball(folder, "inspect", "policy.wasm");
    expect(status).toBe(0);
    expect(stdout).toContain("  reads:\n    input.amount\n    input.side\n");
  });

  test.each([
    ["an empty file", new Uint8Array()],
    ["text", new TextEncoder().encode("not a module")],
    ["a truncated header", new Uint8Array([0, 97, 115, 109, 1])],
    ["a module without a manifest", new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])],
  ])("refuses %s without a stack trace", (_, bytes) => {
    const { status, stderr } = flyball(folderWith({ "x.wasm": bytes }), "inspect", "x.wasm");
    expect(status).toBe(2);
    expect(stderr).toMatch(/^flyball inspect: x\.wasm: .+\n$/);
  });
});

describe("flyball", () => {
  test.each([
    [["frobnicate"], "no command"],
    [["build"], "build needs the path"],
    [["build", "p"], "needs an entrypoint"],
    [["build", "missing", "-e", "a/b"], "missing: no such file or folder"],
    [["check", "--frobnicate", "p"], "Unknown option"],
    [["eval"], "eval needs one query"],
    [["eval", "1", "-i", "broken.json"], "broken.json"],
    [["eval", "1", "-d", "latin.rego"], "latin.rego: is not UTF-8 text"],
    [["test", "p", "-r", "("], "-r ("],
  ])("answers 2 with one line for %j", (args, message) => {
    const folder = folderWith({ ...policy, "broken.json": "{", "latin.rego": new Uint8Array([0xe9]) });
    const { status, stderr } = flyball(folder, ...args);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("    at ");
  });

  test("does not walk in circles", () => {
    const folder = folderWith(policy);
    symlinkSync(join(folder, "p"), join(folder, "p/circle"));
    expect(flyball(folder, "test", "p").stdout).toContain("PASS: 2/2");
  });
});
