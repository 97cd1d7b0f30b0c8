import type { TestCase, TestResult } from "./test-result.ts";

interface SubResult {
  readonly name: string;
  fail?: true;
  sub_results?: Record<string, SubResult>;
}

/** The results in the shape of `opa test --format json`, with members of our own beside: `outcome`, `failure`, `frame`. */
export function testsJson(results: readonly TestResult[]): readonly object[] {
  return results.map(({ name, file, line, outcome, error, cases, printed, failure, value, frame, duration }) => {
    const dot = name.lastIndexOf(".");
    return {
      location: { file, row: line, col: 1 },
      package: name.slice(0, dot),
      name: name.slice(dot + 1),
      outcome,
      ...(outcome === "fail" && { fail: true }),
      ...(outcome === "skip" && { skip: true }),
      ...(error !== undefined && { error }),
      ...(cases.length > 0 && { sub_results: subResults(cases) }),
      ...(value !== undefined && { value: JSON.parse(value) as unknown }),
      ...(printed.length > 0 && { output: Buffer.from(`${printed.join("\n")}\n`).toString("base64") }),
      ...(failure !== undefined && { failure }),
      ...(frame.hasInput && { frame: { evaluations: frame.same, not_through: frame.reasons } }),
      duration,
    };
  });
}

function subResults(cases: readonly TestCase[]): Record<string, SubResult> {
  const root: SubResult = { name: "" };
  for (const { path, passed } of cases) {
    let at = root;
    for (const name of path) {
      at.sub_results ??= Object.create(null) as Record<string, SubResult>;
      at.sub_results[name] ??= { name };
      at = at.sub_results[name];
      if (!passed) at.fail = true;
    }
  }
  return root.sub_results ?? {};
}
