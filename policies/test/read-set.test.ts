// What each policy reads of its input is stated in the manifest, kept in a golden file, and true: changes elsewhere in the input change nothing.

import { fileURLToPath } from "node:url";
import { advisorActions } from "@flyball/benchmarks/advisor-actions";
import { loadBuiltins } from "@flyball/builtins";
import { compile } from "@flyball/compiler";
import { loadPolicy } from "@flyball/engine";
import { beforeAll, describe, expect, test } from "vitest";
import { loadPolicySources } from "../grid/load-policy-sources.ts";

const SOURCES = loadPolicySources(fileURLToPath(new URL("..", import.meta.url)));
const PACKAGES = [
  ...new Set(Object.values(SOURCES.modules).flatMap((text) => /^package (\S+)/m.exec(text)?.[1] ?? [])),
];

async function load() {
  const entrypoints = ["finance/decision", ...PACKAGES.map((name) => name.replaceAll(".", "/")).sort()];
  const { wasm, manifest } = compile({ ...SOURCES, entrypoints });
  if (wasm === undefined || manifest === undefined) throw new Error("the policies do not compile");
  return loadPolicy(wasm, { builtins: await loadBuiltins(manifest.builtins.map(({ name }) => name)) });
}

let policy: Awaited<ReturnType<typeof load>>;
beforeAll(async () => {
  policy = await load();
});

function readsOf(name: string): readonly (readonly (string | number)[])[] {
  const entrypoint = policy.manifest.entrypoints.find((each) => each.name === name);
  return policy.manifest.frame.slots.filter(({ slot }) => entrypoint?.slots.includes(slot)).map(({ path }) => path);
}

describe("the read set", () => {
  test("of each policy is what the golden file says", async () => {
    const text = policy.manifest.entrypoints.map(({ name }) => {
      const paths = readsOf(name).map((path) => `  ${["input", ...path].join(".")}`);
      return [name, ...(paths.length > 0 ? paths.sort() : ["  nothing"])].join("\n");
    });
    await expect(`${text.join("\n\n")}\n`).toMatchFileSnapshot("read-sets.txt");
  });

  test("is all that the decision depends on: 2,000 actions, each changed everywhere else", () => {
    const decide = policy.entrypoint("finance/decision");
    const reads = readsOf("finance/decision");
    for (const [index, action] of advisorActions(2000, 7).entries()) {
      const changed = changeOutside(action, reads, index);
      expect(JSON.stringify(changed)).not.toBe(JSON.stringify(action));
      expect(decide(changed)).toEqual(decide(action));
    }
  });
});

/** The document with other members added wherever no read part lies: beside the read paths, never at, above or below one. */
function changeOutside(value: unknown, reads: readonly (readonly (string | number)[])[], salt: number): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const members = Object.entries(value).map(([key, member]) => {
    const below = reads.filter(([first]) => first === key).map((path) => path.slice(1));
    if (below.some((path) => path.length === 0)) return [key, member] as const;
    return [key, below.length === 0 ? `changed ${salt}` : changeOutside(member, below, salt)] as const;
  });
  return Object.fromEntries([...members, [`unread_${salt}`, [salt, { amount: -1, role: "senior" }]]]);
}
