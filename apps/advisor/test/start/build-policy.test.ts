import { mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { type BuiltPolicy, buildPolicy } from "../../src/start/build-policy.ts";
import { temporaryFolder } from "../support/running-advisor.ts";

interface Work {
  readonly write: (name: string, text: string) => void;
  readonly build: () => Promise<BuiltPolicy>;
  readonly output: string;
}

function work(): Work {
  const folder = temporaryFolder();
  const sources = path.join(folder, "policies");
  mkdirSync(path.join(sources, "limits"), { recursive: true });
  const output = path.join(folder, "state", "policy.wasm");
  const write = (name: string, text: string): void => writeFileSync(path.join(sources, name), text);
  write(
    "decision.rego",
    'package finance\n\ndefault decision := "DENY"\n\ndecision := "ALLOW" if input.amount <= data.limits.most\n',
  );
  write("limits/data.json", '{"most": 10}');
  return { write, output, build: () => buildPolicy({ sources, output, compiler: [] }) };
}

describe("the policies are compiled", () => {
  test("the first time, and not again while nothing changes", async () => {
    const { build } = work();
    expect([(await build()).state, (await build()).state]).toEqual(["compiled", "unchanged"]);
  });

  test.each([
    ["the Rego changes", "decision.rego", 'package finance\n\ndefault decision := "DENY"\n'],
    ["the data changes", "limits/data.json", '{"most": 11}'],
    ["a file is added", "more.rego", "package more\n\nx := 1\n"],
  ])("again when %s", async (_name, file, text) => {
    const { build, write } = work();
    await build();
    write(file, text);
    expect((await build()).state).toBe("compiled");
  });

  test("again when the module was cut off", async () => {
    const { build, output } = work();
    await build();
    const whole = readFileSync(output);
    truncateSync(output, 20);
    expect((await build()).state).toBe("compiled");
    expect(readFileSync(output).equals(whole)).toBe(true);
  });
});

test("a policy that does not compile is told with its place, and the last good module stays", async () => {
  const { build, write, output } = work();
  await build();
  const good = readFileSync(output);
  write("decision.rego", "package finance\n\ndecision := \n");
  const built = await build();
  expect(built.ok).toBe(false);
  expect(built.diagnostics).toMatch(/decision\.rego:\d+:\d+: rego_parse_error/);
  expect(readFileSync(output).equals(good)).toBe(true);
  expect((await build()).ok).toBe(false);
});
