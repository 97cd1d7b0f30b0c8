import { describe, expect, test } from "vitest";
import { POLICY } from "./policy-files.ts";
import { flyball, flyballWith, folderWith } from "./run-flyball.ts";

const lines = (text: string) => text.split("\n").filter((line) => line !== "");

/** Runs `flyball test` on one file of tests beside the policy. */
function runTests(tests: string, ...args: readonly string[]) {
  return flyball(
    folderWith({ ...POLICY, "t_test.rego": `package t\n\n${tests}` }),
    "test",
    "p",
    "t_test.rego",
    ...args,
  );
}

describe("flyball test", () => {
  test("passes, counts and skips", async () => {
    expect(await flyball(folderWith(POLICY), "test", "p")).toEqual({
      status: 0,
      stdout: "PASS: 2/2\nSKIPPED: 1\nFRAME: 2/2 tests with input\n",
      stderr: "",
    });
  });

  test("runs only what -r names, as JSON in OPA's shape", async () => {
    const { stdout } = await flyball(folderWith(POLICY), "test", "p", "-r", "small", "--json");
    expect(JSON.parse(stdout)).toMatchObject([
      {
        location: { file: "p/trade_test.rego", row: 3, col: 1 },
        package: "data.trade_test",
        name: "test_small_is_allowed",
        outcome: "pass",
        frame: { evaluations: 1, not_through: [] },
      },
    ]);
  });

  test("takes what is not true for a failure", async () => {
    const { status, stdout } = await runTests(`test_number := 1

test_false := false

test_undefined if input.x

test_set contains "x"
`);
    expect(status).toBe(1);
    expect(lines(stdout).filter((line) => line.includes(": data.t."))).toEqual([
      "t_test.rego:3: data.t.test_number: FAIL",
      "t_test.rego:5: data.t.test_false: FAIL",
      "t_test.rego:7: data.t.test_undefined: FAIL",
      "t_test.rego:9: data.t.test_set: FAIL",
    ]);
    expect(stdout).toContain("its value is 1, not true");
    expect(stdout).toContain('its value is ["x"], not true');
  });

  test("shows the expression that did not hold with the values of what is in it", async () => {
    const { stdout } = await runTests(`test_sum if {
	x := 1
	y := x + 2
	y * 2 == count([1,
		2])
}
`);
    expect(stdout).toContain(`t_test.rego:3: data.t.test_sum: FAIL
  t_test.rego:6: does not hold
    y * 2 == count([1, 2])
      y             = 3
      y * 2         = 6
      count([1, 2]) = 2
`);
  });

  test("shows what is undefined, and how often the expression was tried", async () => {
    const { stdout } = await runTests(`test_missing if {
	some name in ["a", "b"]
	data.trade[name] == 1
}
`);
    expect(stdout).toContain(`  t_test.rego:5: does not hold (the last of 2 times)
    data.trade[name] == 1
      name             = "b"
      data.trade[name] = undefined
`);
  });

  test("shows values inside of a negation, of every, and under with", async () => {
    const { stdout } = await runTests(`test_not if not data.trade.decision == "DENY" with input as {}

test_every if every x in [1, 2] { x < 2 }
`);
    expect(stdout).toContain('data.trade.decision = "DENY"');
    expect(stdout).toContain("every x in [1, 2] { x < 2 }\n      x = 2\n");
  });

  test("answers each case of a test that names them, also those that fail", async () => {
    const tests = `test_cases[case.name] if {
	some case in [{"name": "good", "is": 1}, {"name": "bad", "is": 2}]
	case.is == 1
}
`;
    const { status, stdout } = await runTests(tests);
    expect(status).toBe(1);
    expect(stdout).toContain("data.t.test_cases: FAIL\n  bad: FAIL\n");
    expect((await runTests(tests, "-v")).stdout).toContain("  bad: FAIL\n  good: PASS\n");
    const { stdout: json } = await runTests(tests, "-r", "cases", "--json");
    expect(JSON.parse(json)).toMatchObject([
      { fail: true, sub_results: { bad: { name: "bad", fail: true }, good: { name: "good" } } },
    ]);
  });

  test("shows what was printed by tests that fail, and leaves the policy as it is without print", async () => {
    const tests = 'test_bad if { print("looking at", input.x); 1 == 2 }\n\ntest_good if print("all well")\n';
    expect((await runTests(tests)).stdout).toContain("  | looking at <undefined>\n");
    expect((await runTests(tests)).stdout).not.toContain("all well");
    expect((await runTests(tests, "-v")).stdout).toContain("  | all well\n");
    const { stdout } = await runTests(tests, "-r", "bad", "--json");
    expect(JSON.parse(stdout)).toMatchObject([{ output: Buffer.from("looking at <undefined>\n").toString("base64") }]);
  });

  test("runs tests of packages whose names are no names of Rego, named as opa test names them", async () => {
    const folder = folderWith({ "t_test.rego": 'package a["pr-check"]["b/c"]["50%"]\n\ntest_x if true\n' });
    expect((await flyball(folder, "test", ".", "-v")).stdout).toContain(
      'data.a["pr-check"]["b/c"]["50%"].test_x: PASS',
    );
  });

  test("runs tests of one name each for itself", async () => {
    const { stdout } = await runTests("test_x if true\n\ntest_x if false\n");
    expect(stdout).toContain("t_test.rego:5: data.t.test_x#01: FAIL");
    expect(stdout).toContain("PASS: 3/4\n");
  });

  test("tells a conflict as an error with its place", async () => {
    const { status, stdout } = await runTests("c := 1 if true\n\nc := 2 if 1 < 2\n\ntest_c if c\n");
    expect(status).toBe(1);
    expect(stdout).toMatch(/data\.t\.test_c: ERROR t_test\.rego:\d:1: policy_conflict: /);
  });

  test("answers 1 with the mistakes where the tests do not compile", async () => {
    const { status, stdout, stderr } = await runTests("test_x if missing\n");
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toContain("t_test.rego:3:11: rego_unsafe_var_error");
  });

  test("says when there are none", async () => {
    const { status, stdout, stderr } = await flyball(folderWith(POLICY), "test", "p", "-r", "nothing");
    expect({ status, stdout }).toEqual({ status: 0, stdout: "PASS: 0/0\n" });
    expect(stderr).toContain("no tests found");
  });

  test("reads v0", async () => {
    const folder = folderWith({ "a_test.rego": "package a\n\ntest_x { 1 == 1 }\n" });
    expect((await flyball(folder, "test", "a_test.rego", "--v0-compatible")).stdout).toBe("PASS: 1/1\n");
  });

  test("ends only the test that calls what is not granted", async () => {
    const { stdout } = await runTests(`ask if http.send({"method": "get", "url": "http://x"}).status_code == 200

test_asked if ask with http.send as {"status_code": 200}

test_real if ask
`);
    expect(stdout).toContain("data.t.test_real: ERROR t_test.rego:3:8: builtin_error: http.send: not granted");
    expect(stdout).toContain("PASS: 3/4");
  });

  test("keeps a test within its fuel", async () => {
    const tests = "test_long if count(numbers.range(1, 100000)) == 100000\n";
    expect((await runTests(tests, "-r", "long")).stdout).toContain("PASS: 1/1");
    expect((await runTests(tests, "-r", "long", "--fuel", "5000")).stdout).toContain("fuel_exhausted");
  });

  test("shows progress on a terminal only", async () => {
    const folder = folderWith(POLICY);
    expect((await flyballWith({ interactive: false }, folder, "test", "p")).stderr).toBe("");
  });
});

describe("the frame", () => {
  const frameOf = (stdout: string) => stdout.slice(stdout.indexOf("FRAME"));

  test("is gone through for rules, packages, parts of input and base documents that differ", async () => {
    const { status, stdout } = await runTests(`ask(i) := d if d := data.trade.decision with input as i

test_rule if data.trade.decision == "ALLOW" with input as {"side": "BUY", "amount": 1}

test_package if data.trade == {"decision": "DENY"} with input as {}

test_part if data.trade.decision == "ALLOW" with input.side as "BUY" with input.amount as 1

test_data if data.trade.decision == "DENY" with input as {"side": "BUY", "amount": 2} with data.limits.most as 1

test_helper if ask({"side": "BUY", "amount": 1}) == "ALLOW"

test_list if {
	answers := [a | some n in [1, 9999]; a := data.trade.decision with input as {"side": "BUY", "amount": n}]
	answers == ["ALLOW", "DENY"]
}
`);
    expect(status).toBe(0);
    expect(frameOf(stdout)).toBe("FRAME: 8/8 tests with input\n");
  });

  test("says why a test did not go through it", async () => {
    const tests = `allow if { io.jwt.decode("x"); input.x }

helper(x) := x

test_builtin if allow with input as {"x": 1} with io.jwt.decode as helper

test_rule if data.trade.decision == "x" with input as {} with data.trade.decision as "x"

test_input if input.x == 1 with input as {"x": 1}
`;
    const { stdout } = await runTests(tests);
    expect(frameOf(stdout)).toContain("not 1: it replaces io.jwt.decode as well, which no entrypoint can");
    expect(frameOf(stdout)).toContain("its `with input` is on an expression that asks for no rule");
    expect((await runTests(tests, "-v")).stdout).toContain("data.t.test_builtin: PASS");
  });
});

describe("coverage", () => {
  test("counts the lines that the tests ran, and names the others", async () => {
    const folder = folderWith({
      "a.rego": `package a

default p := 1

p := 2 if {
	input.x
	input.x > 5
} else := 3 if {
	input.y
}

never(x) := x + 1
`,
      "a_test.rego":
        'package a\n\ntest_default if p == 1 with input as {}\n\ntest_two if p == 2 with input as {"x": 6}\n',
    });
    const { status, stdout } = await flyball(folder, "test", ".", "--coverage");
    expect(status).toBe(0);
    expect(stdout).toContain("a.rego: 57.14 %, not 8-9, 12\nCOVERAGE: 66.66 % (6 of 9 lines)\n");
    const low = await flyball(folder, "test", ".", "--threshold", "66.7");
    expect(low).toMatchObject({ status: 1, stderr: "the coverage of 66.66 % is below the threshold of 66.7 %\n" });
    expect(await flyball(folder, "test", ".", "--threshold", "66.6")).toMatchObject({ status: 0 });
  });

  test("is JSON in OPA's shape with the tests beside", async () => {
    const { stdout } = await flyball(folderWith(POLICY), "test", "p", "--coverage", "--json");
    expect(JSON.parse(stdout)).toMatchObject({
      files: {
        "p/trade.rego": {
          covered: [
            { start: { row: 3 }, end: { row: 3 } },
            { start: { row: 5 }, end: { row: 7 } },
          ],
          coverage: 100,
        },
        "p/trade_test.rego": { not_covered: [{ start: { row: 7 }, end: { row: 7 } }] },
      },
      tests: [{ outcome: "pass" }, { outcome: "pass" }, { outcome: "skip" }],
    });
  });
});
