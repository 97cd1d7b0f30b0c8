import { describe, expect, test } from "vitest";
import { compile } from "../../src/compile.ts";

function typesOf(source: string, ...entrypoints: string[]): string {
  const { types, diagnostics } = compile({ modules: { "p.rego": `package p\n\n${source}` }, entrypoints });
  expect(diagnostics).toEqual([]);
  // What comes first names the sources' digest.
  return (types ?? "").split("\n").slice(1).join("\n");
}

describe("the types of inputs", () => {
  test("name what an entrypoint reads, with the type that the policy can make something of", () => {
    const source = `allow if {
	input.user.name == "root"
	lower(input.user.mail) == "a@b"
	input.amount + 1 < 100
	input.deep["a b"].list[_] == 1
	input.urgent == true
	some x in input.tags
}
`;
    expect(typesOf(source, "p/allow")).toBe(`import type { RegoNumeric, RegoValue } from "@flyball/engine/values";

/** What \`p/allow\` reads of its input. Other members may be there; nobody looks at them. */
export interface PAllowInput {
  readonly amount?: RegoNumeric | undefined;
  readonly deep?: {
    readonly "a b"?: {
      readonly list?: RegoValue | undefined;
    } | undefined;
  } | undefined;
  readonly tags?: RegoValue | undefined;
  readonly urgent?: boolean | undefined;
  readonly user?: {
    readonly mail?: string | undefined;
    readonly name?: string | undefined;
  } | undefined;
}

/** The input by entrypoint. */
export interface PolicyInputs {
  readonly "p/allow": PAllowInput;
}
`);
  });

  test("leave open what is used in several ways", () => {
    expect(typesOf("a if { input.x == 1; input.x == null }\nb := input.x", "p/a", "p/b")).toContain(
      "readonly x?: RegoValue | undefined",
    );
    expect(typesOf('a if { input.x == 1 }\na if { input.x == "one" }', "p/a")).toContain(
      "readonly x?: string | RegoNumeric | undefined",
    );
  });

  test("are the whole value where the policy takes it whole", () => {
    expect(typesOf("a := input", "p/a")).toContain("export type PAInput = RegoValue;");
  });

  test("keep entrypoints apart whose names would be the same", () => {
    expect(typesOf("q.r := input.x\nq_r := input.y", "p/q/r", "p/q_r")).toContain(`export interface PolicyInputs {
  readonly "p/q/r": PQRInput;
  readonly "p/q_r": PQR2Input;
}`);
  });
});
