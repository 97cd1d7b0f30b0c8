import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { bindPolicy } from "../../src/bind/bind-policy.ts";
import { planPolicy } from "../../src/plan/plan-policy.ts";
import { printPlan } from "../../src/plan/print-plan.ts";
import type { QueryPlan } from "../../src/plan/query-plan.ts";
import { validatePlan } from "../../src/plan/validate-plan.ts";
import { parseModule } from "../../src/syntax/parse-module.ts";

function planOf(files: readonly string[], entrypoints: readonly string[]) {
  const modules = files.map((file) => {
    const { module, diagnostics } = parseModule({
      file,
      text: readFileSync(new URL(`golden/${file}`, import.meta.url), "utf8"),
    });
    if (module === undefined) throw new Error(JSON.stringify(diagnostics));
    return module;
  });
  const { policy, diagnostics } = bindPolicy({ modules });
  if (policy === undefined) throw new Error(JSON.stringify(diagnostics));
  return planPolicy({ policy, entrypoints });
}

describe("planPolicy", () => {
  test.each([
    {
      name: "an order limit with an else and a default",
      files: ["limits.rego"],
      entrypoint: "limits/decision",
      golden: "limits",
    },
    {
      name: "iteration, partial documents, every, patterns",
      files: ["iteration.rego"],
      entrypoint: "iteration/decision",
      golden: "iteration",
    },
    {
      name: "with on input, data, rules, functions and built-ins",
      files: ["with.rego"],
      entrypoint: "using/decision",
      golden: "with",
    },
    {
      name: "whole documents and dynamic references",
      files: ["documents.rego", "documents.shop.rego"],
      entrypoint: "documents/decision",
      golden: "documents",
    },
  ])("plans $name", async ({ files, entrypoint, golden }) => {
    const { plan, diagnostics } = planOf(files, [entrypoint]);
    expect(diagnostics).toEqual([]);
    expect(validatePlan(plan)).toEqual([]);
    await expect(printPlan(plan)).toMatchFileSnapshot(`golden/${golden}.plan.txt`);
  });

  test("says which entrypoints there are when one names nothing", () => {
    const { diagnostics } = planOf(["limits.rego"], ["limits/verdict"]);
    expect(diagnostics).toMatchObject([
      { code: "rego_compile_error", message: "entrypoint limits/verdict names no rule and no package" },
    ]);
    expect(diagnostics[0]?.suggestion).toContain("limits/decision");
  });

  test("does not take a function as an entrypoint", () => {
    const { diagnostics } = planOf(["iteration.rego"], ["iteration/big"]);
    expect(diagnostics[0]?.message).toBe("entrypoint iteration/big is a function: only documents can be entrypoints");
  });
});

describe("validatePlan", () => {
  const plan = planOf(["limits.rego"], ["limits/decision"]).plan;
  const broken = (statement: unknown): QueryPlan => ({
    ...plan,
    functions: plan.functions.map((each) => ({ ...each, body: [...each.body, statement] as typeof each.body })),
  });

  test.each([
    ["a local out of range", { kind: "clear", target: 999 }, "local 999"],
    ["a constant that is not in the table", { kind: "truthy", source: { kind: "constant", id: 999 } }, "constant 999"],
    ["a break to a label that is not around it", { kind: "break", label: 77 }, "label 77"],
    ["a call of a function that does not exist", { kind: "call", target: 0, function: 99, args: [] }, "function 99"],
    [
      "a call with the wrong number of arguments",
      { kind: "call", target: 0, function: 0, args: [{ kind: "local", id: 0 }] },
      "arguments",
    ],
  ])("finds %s", (_, statement, message) => {
    expect(validatePlan(broken(statement)).join("\n")).toContain(message);
  });

  test("finds a jump out of a with", () => {
    const jump = {
      kind: "block",
      label: 50,
      body: [{ kind: "with", replacements: [], body: [{ kind: "break", label: 50 }] }],
    };
    expect(validatePlan(broken(jump)).join("\n")).toContain("label 50");
  });
});
