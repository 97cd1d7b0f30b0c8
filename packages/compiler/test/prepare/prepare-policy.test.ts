import { describe, expect, test } from "vitest";
import { interpretPlan } from "../../src/interpret/interpret-plan.ts";
import { preparePolicy } from "../../src/prepare/prepare-policy.ts";

const environment = { now: undefined, cache: new Map<object, unknown>() };

describe("tests of a policy", () => {
  test("that share a name are numbered as opa test numbers them", () => {
    const { tests, diagnostics } = preparePolicy({
      tests: true,
      modules: {
        "a_test.rego": "package a\n\ntest_x if true\n\ntest_x if false\n\ntest_x := 1 == 2\n",
        "b_test.rego": "package a\n\ntest_x if true\n",
      },
    });
    expect(diagnostics).toEqual([]);
    expect(tests.map(({ name }) => name)).toEqual([
      "data.a.test_x",
      "data.a.test_x#01",
      "data.a.test_x#02",
      "data.a.test_x#03",
    ]);
  });

  test("may stand below a group and name their cases", () => {
    const { tests } = preparePolicy({
      tests: true,
      modules: {
        "a.rego": `package a

group.test_one if true

test_cases[name] if some name in ["x"]

test_fixed.case := true

todo_later if true

testing if true

test_function(x) := x
`,
      },
    });
    expect(tests.map(({ entrypoint, kind, hasCases }) => [entrypoint, kind, hasCases])).toEqual([
      ["a/group/test_one", "test", false],
      ["a/test_cases", "test", true],
      ["a/test_fixed", "test", true],
      ["a/todo_later", "todo", false],
    ]);
  });
});

describe("an observed plan", () => {
  const text = `package a

default p := 0

p := 1 if {
	some x in [1, 2, 3]
	x > 1
	x == 5
}

p := 2 if {
	input.y
	every z in [1] {
		z == 1
	}
} else := 3

cases[c.name] if {
	some c in [{"name": "good", "is": 1}, {"name": "bad", "is": 2}]
	c.is == 1
}
`;
  const prepared = preparePolicy({ modules: { "a.rego": text } });

  function observed(entrypoint: string, input?: number | Record<string, number>) {
    const { plan, diagnostics } = prepared.plan({ entrypoints: [entrypoint], observed: true });
    if (plan === undefined) throw new Error(JSON.stringify(diagnostics));
    const lines = new Set<number>();
    const values: string[] = [];
    const value = interpretPlan(plan, {
      input,
      builtins: new Map(),
      environment,
      onObserve: (id, found) => {
        const place = plan.places[id];
        if (place === undefined) throw new Error(`no place ${id}`);
        if (place.of === "statement" || place.of === "rule") {
          for (const line of prepared.statements.linesOf(place)) lines.add(line);
        } else values.push(`${place.of} ${text.slice(place.span.start, place.span.end)} ${JSON.stringify(found)}`);
      },
    });
    return { value, lines: [...lines].sort((a, b) => a - b), values };
  }

  test("comes to the statements that run and the rules that succeed", () => {
    expect(prepared.statements.lines.get("a.rego")).toEqual([3, 5, 6, 7, 8, 11, 12, 13, 14, 15, 16, 18, 19, 20]);
    expect(observed("a/p")).toMatchObject({ value: 3, lines: [6, 7, 8, 16] });
    expect(observed("a/p", { y: 1 })).toMatchObject({ value: 2, lines: [6, 7, 8, 11, 12, 13, 14, 15] });
  });

  test("tells the values that terms have", () => {
    expect(observed("a/p", { y: 7 }).values).toContain("ref input.y 7");
    expect(observed("a/p").values).toContain("var x 3");
  });

  test("tells the keys of entries, also of those that fail", () => {
    const { value, values } = observed("a/cases");
    expect(value).toEqual({ good: true });
    expect(values.filter((each) => each.startsWith("keys")).map((each) => each.slice(each.lastIndexOf("[")))).toEqual([
      '["good"]',
      '["bad"]',
    ]);
  });

  test("answers what the plain plan answers", () => {
    for (const input of [undefined, { y: 1 }, { y: 0 }, {}]) {
      const { plan } = prepared.plan({ entrypoints: ["a/p"] });
      if (plan === undefined) throw new Error("no plan");
      expect(observed("a/p", input).value).toEqual(interpretPlan(plan, { input, builtins: new Map(), environment }));
    }
  });
});

describe("documents under a replaced input", () => {
  test("are told for the expression under the with, not for the rules that it leads to", () => {
    const { plan } = preparePolicy({
      modules: {
        "a.rego": `package a

deep := input.x

top := deep

f(y) := [top, y]

t if {
	top == 1 with input as {"x": 1}
	f(1) == [2, 1] with input as {"x": 2} with data.k as 1
	not missing with input as {}
	top == 9 with data.k as 1
}

missing if input.q
`,
      },
    }).plan({ entrypoints: ["a/t"] });
    if (plan === undefined) throw new Error("no plan");
    const seen: unknown[] = [];
    interpretPlan(plan, {
      input: { x: 9 },
      builtins: new Map(),
      environment,
      onDocument: ({ function: { document }, input, data, outcome }) => seen.push({ document, input, data, outcome }),
    });
    expect(seen).toEqual([
      { document: ["a", "top"], input: { x: 1 }, data: {}, outcome: { kind: "value", value: 1 } },
      { document: ["a", "top"], input: { x: 2 }, data: { k: 1 }, outcome: { kind: "value", value: 2 } },
      { document: ["a", "missing"], input: {}, data: {}, outcome: { kind: "undefined" } },
    ]);
  });
});
