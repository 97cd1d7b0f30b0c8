import { buildPolicyInput, type PlainValue, partRead } from "@flyball/governor";
import { describe, expect, test } from "vitest";
import { junior } from "../support/people.ts";

const request = { principal: junior, session: "s", tool: "pay", arguments: { amount: 5 } };

describe("the input of a policy", () => {
  test("has the time in nanoseconds, who asks, what for, and the facts", () => {
    const input = buildPolicyInput(request, { now: 1_795_445_079_144, facts: { market: { status: "OPEN" } } });
    expect(input).toEqual({
      now_ns: 1_795_445_079_144_000_000n,
      principal: { id: "jun", issuer: "https://id.example", tenant: "acme", role: "junior" },
      action: { tool: "pay", arguments: { amount: 5 } },
      market: { status: "OPEN" },
    });
  });

  test("names the agent that acts for the person, beside the person", () => {
    const asked = { ...request, principal: { ...junior, agent: "advisor" } };
    const input = buildPolicyInput(asked, { now: 0, facts: {} });
    expect(input["agent"]).toEqual({ id: "advisor" });
    expect(input.principal).toEqual({ id: "jun", issuer: "https://id.example", tenant: "acme", role: "junior" });
  });

  test.each(["now_ns", "principal", "agent", "action"])("is not built where a fact would replace %s", (field) => {
    expect(() => buildPolicyInput(request, { now: 0, facts: { [field]: { role: "senior" } } })).toThrow(field);
  });
});

describe("what a policy read of its input", () => {
  const input: PlainValue = {
    action: { tool: "pay", arguments: { amount: 5, note: "secret" } },
    principal: { id: "jun", role: "junior" },
    chat: ["a", "b"],
    items: [
      { price: 1, name: "x" },
      { price: 2, name: "y" },
    ],
  };
  test.each<[string, (string | number)[][], PlainValue]>([
    ["nothing", [], {}],
    ["everything", [["principal"], []], input],
    ["one field", [["action", "arguments", "amount"]], { action: { arguments: { amount: 5 } } }],
    [
      "two fields of one object",
      [
        ["principal", "id"],
        ["principal", "role"],
      ],
      { principal: { id: "jun", role: "junior" } },
    ],
    [
      "a field and what is inside it",
      [["principal", "id"], ["principal"]],
      { principal: { id: "jun", role: "junior" } },
    ],
    ["through a list: the whole list", [["items", 0, "price"]], { items: input["items"] ?? null }],
    ["what is not there", [["nope", "x"]], {}],
    ["below a scalar", [["principal", "id", "x"]], { principal: { id: "jun" } }],
    ["an inherited name", [["constructor"], ["__proto__"]], {}],
  ])("%s", (_name, paths, expected) => {
    expect(partRead(input, paths)).toEqual(expected);
  });
});
