import { describe, expect, test } from "vitest";
import { compile } from "../../src/compile.ts";

function encoderOf(text: string): string {
  const { encoder, diagnostics } = compile({ modules: { "p.rego": text }, entrypoints: ["p/answer"] });
  expect(diagnostics).toEqual([]);
  return encoder ?? "";
}

const POLICY = `package p
answer if {
  input.action == "buy"
  upper(input.currency) == "USD"
  input.client.id == input.owner
  some x in input.positions
  x.side == "long"
}
`;

describe("an encoder", () => {
  test("is straight-line code for what one entrypoint reads", async () => {
    // Addresses begin behind the run-time library's static data, and digests change with every byte of it.
    const text = encoderOf(POLICY)
      .replaceAll(/[0-9a-f]{64}/g, "DIGEST")
      .replaceAll(/\d{4,}/g, "ADDRESS");
    await expect(text).toMatchFileSnapshot("golden/encoder.js.txt");
  });

  test("is the same for the same policy", () => {
    expect(encoderOf(POLICY)).toBe(encoderOf(POLICY));
  });

  test("keeps names and texts of the policy in string literals", async () => {
    const hostile = JSON.stringify('"];throw 1;//\u2028`');
    const text = encoderOf(`package p\nanswer if { input[${hostile}] == ${hostile}; input["__proto__"].x == 1 }\n`);
    const module: unknown = await import(`data:text/javascript;base64,${Buffer.from(text).toString("base64")}`);
    expect(module).toHaveProperty("encoders");
    expect(text).not.toContain(".__proto__");
  });
});
