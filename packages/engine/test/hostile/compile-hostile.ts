import { compile } from "@flyball/compiler";

/** One entrypoint for each way in which an evaluation can go wrong, and for those that must go right all the time. */
const SOURCE = `package hostile

default decision := "DENY"

decision := "ALLOW" if {
	input.role == "junior"
	input.amount > 0
	input.amount <= 5000
}

whole := input.whole

nested := {"order": input.order.amount, "third": input.rows[2], "names": [row.name | some row in input.rows]}

conflict := 1 if input.a

conflict := 2 if input.b

loops := count([1 | some i in numbers.range(1, input.n); some j in numbers.range(1, input.n)])

grows := count([s | some i in numbers.range(1, input.n); s := sprintf("%s%d", [input.text, i])])

asked := uuid.rfc4122(input.ask)

product := input.x * input.y

known := data.limits[input.client].allow
`;

const ENTRYPOINTS = ["decision", "whole", "nested", "conflict", "loops", "grows", "asked", "product", "known"] as const;

/** The module that the hostile evaluations are made on. */
export function compileHostile(): Uint8Array<ArrayBuffer> {
  const { wasm, diagnostics } = compile({
    modules: { "hostile.rego": SOURCE },
    entrypoints: ENTRYPOINTS.map((name) => `hostile/${name}`),
  });
  if (wasm === undefined) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return wasm;
}
