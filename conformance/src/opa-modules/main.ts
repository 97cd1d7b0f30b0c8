/**
 * `npm run conformance:opa -- FILE.jsonl [--only TEXT]`: every policy of a file compiled both ways, here and by `opa build -t wasm`, and both modules asked the same on our engine. FILE has the schema of the official cases or of the benchmark's
 * policies. Prints a line for each difference and closes with `N passed, N failed, N skipped`; exit status 1 where one differs and OPA agrees with itself. Without an `opa` everything is skipped, loudly.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { getKey, isArray, isObject, parseJson, type RegoValue } from "@flyball/engine/values";
import { findOpa } from "../find-opa.ts";
import { readCases } from "../test-case.ts";
import { buildWithOpa } from "./build-with-opa.ts";
import { type BothWays, compareModules } from "./compare-modules.ts";

/** Cases in which OPA's Wasm target answers otherwise than OPA itself, whose answers ours are. */
const OPA_DIFFERS_FROM_ITSELF: ReadonlySet<string> = new Set([
  "language/order a base document that a body needs is looked up before anything is computed",
  "language/documents a number finds the string that is written like it in a base document",
  "language/documents a number that a loop brings finds the string that is written like it",
  // OPA's own Wasm tests leave these out.
  "dataderef/test-data-derefs.json data/toplevel integer",
  "dataderef/test-data-derefs.json data/nested integer",
]);

const { values: flags, positionals } = parseArgs({ allowPositionals: true, options: { only: { type: "string" } } });
const [file] = positionals;
if (file === undefined) {
  console.error("usage: npm run conformance:opa -- FILE.jsonl [--only TEXT]");
  process.exit(2);
}
const opa = findOpa();
if (opa === undefined) {
  console.error("SKIPPED: no opa was found (the variable OPA, the path, .tools/opa): nothing is compared");
  console.log("0 passed, 0 failed, 1 skipped");
} else {
  console.log(`modules of OPA ${opa.version} beside ours`);
  const count = { passed: 0, failed: 0, skipped: 0, inputs: 0, rounded: 0 };
  for (const policy of policiesOf(file)) {
    if (flags.only !== undefined && !policy.name.includes(flags.only)) continue;
    const module = buildWithOpa(opa, policy);
    const compared = typeof module === "string" ? module : await compareModules(policy, module);
    if (typeof compared === "string") {
      count.skipped++;
      console.log(`SKIPPED ${policy.name}: ${compared.replaceAll(/\s+/g, " ").slice(0, 160)}`);
      continue;
    }
    const { same, rounded, different } = compared;
    count.inputs += same + rounded + different.length;
    count.rounded += rounded;
    if (different.length === 0) {
      count.passed++;
      continue;
    }
    const expected = OPA_DIFFERS_FROM_ITSELF.has(policy.name);
    count[expected ? "skipped" : "failed"]++;
    for (const each of different.slice(0, 3)) console.log(`${expected ? "SKIPPED" : "FAILED"} ${policy.name}: ${each}`);
  }
  console.log(`${count.inputs} inputs; ${count.rounded} answers differ by calculated numbers beyond 17 digits`);
  console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
  process.exitCode = count.failed > 0 ? 1 : 0;
}

/** The policies of either kind of file. Queries that are no reference to a rule cannot be entrypoints of OPA's modules. */
function policiesOf(path: string): readonly BothWays[] {
  const [first = "{}"] = readFileSync(path, "utf8").split("\n", 1);
  const record = parseJson(first);
  if (isObject(record) && getKey(record, "entrypoint") !== undefined) return benchmarkPolicies(path);
  return readCases(path).flatMap((test) => {
    const [, reference] = /^data\.([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*) = x$/.exec(test.query) ?? [];
    if (reference === undefined || test.modules.length === 0 || test.inputTerm !== undefined) return [];
    return [
      {
        name: `${test.file} ${test.note}`,
        modules: test.modules,
        entrypoint: reference.replaceAll(".", "/"),
        data: test.data,
        inputs: [test.input],
        anyOrder: test.sortBindings,
      },
    ];
  });
}

function benchmarkPolicies(path: string): readonly BothWays[] {
  const lines = readFileSync(path, "utf8").trim().split("\n");
  return lines.map((line) => {
    const record = parseJson(line);
    const member = (name: string): RegoValue => (isObject(record) ? (getKey(record, name) ?? null) : null);
    const list = (name: string): readonly RegoValue[] => {
      const value = member(name);
      return isArray(value) ? value : [];
    };
    const text = (name: string): string => {
      const value = member(name);
      return typeof value === "string" ? value : "";
    };
    return {
      name: text("name"),
      modules: list("modules").map(String),
      entrypoint: text("entrypoint"),
      data: member("data") ?? {},
      inputs: list("inputs"),
      anyOrder: false,
    };
  });
}
