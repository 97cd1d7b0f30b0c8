import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseModule } from "../../src/syntax/parse-module.ts";
import { validateModule } from "../../src/syntax/validate-module.ts";

// The fixtures hold one module a line, as a JSON string. Which file a module is in was settled by OPA 1.20.0.
function modulesOf(name: string): readonly string[] {
  const lines = readFileSync(new URL(`fixtures/${name}.jsonl`, import.meta.url), "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as string);
}

function errorsOf(text: string, regoVersion: 0 | 1) {
  const { module, diagnostics } = parseModule({ file: "policy.rego", text, regoVersion });
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  expect(module === undefined).toBe(errors.length > 0);
  if (module !== undefined) {
    validateModule(module);
  }
  return errors;
}

describe.each([0, 1] as const)("Rego v%i", (version) => {
  it("accepts what OPA accepts", () => {
    const texts = modulesOf(`accepted-v${version}`);
    expect(texts.length).toBeGreaterThan(45);
    const refused = texts
      .map((text) => ({ text, errors: errorsOf(text, version) }))
      .filter(({ errors }) => errors.length > 0);
    expect(refused).toEqual([]);
  });

  it("refuses what OPA refuses, with a place inside the text", () => {
    const texts = modulesOf(`rejected-v${version}`);
    expect(texts.length).toBeGreaterThan(15);
    for (const text of texts) {
      const [first] = errorsOf(text, version);
      expect(first, text).toMatchObject({ code: "rego_parse_error", message: expect.stringMatching(/^\S/) });
      expect(first?.span.end, text).toBeLessThanOrEqual(text.length);
      expect(first?.span.start, text).toBeLessThanOrEqual(first?.span.end ?? -1);
    }
  });
});

describe("modules of others", () => {
  const shared = ["conformance/opa-v1.jsonl", "bench/policies.jsonl"].map(
    (path) => new URL(`../../../../../shared/${path}`, import.meta.url),
  );
  const present = shared.filter((url) => existsSync(url));
  if (present.length === 0) {
    console.warn("skipped: ../shared with the modules of the official OPA cases is not there");
  }

  it.skipIf(present.length === 0)("all parse, and their trees are valid", () => {
    const texts = present.flatMap((url) =>
      readFileSync(url, "utf8")
        .split("\n")
        .filter((line) => line !== "")
        .flatMap((line) => Object.values((JSON.parse(line) as { modules?: readonly string[] }).modules ?? [])),
    );
    expect(texts.length).toBeGreaterThan(2_000);
    for (const text of texts) {
      expect(errorsOf(text, 1), text).toEqual([]);
    }
  });
});
