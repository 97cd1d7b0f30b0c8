import { compile } from "@flyball/compiler";
import { compileHostile } from "../hostile/compile-hostile.ts";
import { tradeModule } from "../opa/trade-module.ts";
import type { PortableJob, PortableModule } from "./portable.ts";

interface Source {
  readonly text: string;
  readonly entrypoint: string;
  readonly inputs: readonly (string | null)[];
  readonly data?: string;
  readonly fuel?: number;
}

/** Loops, decimals, texts, sets, sorting, recursion over data, host built-ins, faults: what fuel is counted for in different ways. */
const SOURCES: Readonly<Record<string, Source>> = {
  limits: {
    text: `package p
default decision := "DENY"
decision := "ALLOW" if { input.amount > 0; input.amount <= data.limits[input.role] }`,
    entrypoint: "p/decision",
    inputs: ['{"role": "junior", "amount": 5000}', '{"role": "junior", "amount": 5000.0000000000000001}', "{}", null],
    data: '{"limits": {"junior": 5000, "senior": 500000}}',
  },
  loops: {
    text: `package p
pairs := [[x, y] | some x in input.xs; some y in input.xs; x < y]`,
    entrypoint: "p/pairs",
    inputs: ['{"xs": [3, 1, 2]}', '{"xs": []}', `{"xs": [${Array.from({ length: 60 }, (_, i) => i).join()}]}`],
  },
  decimals: {
    text: `package p
total := sum([v | some p in input.positions; v := p.quantity * p.price])
share := [v | some p in input.positions; v := round(((p.quantity * p.price) / total) * 10000) / 100]
answer := {"total": total, "share": share}`,
    entrypoint: "p/answer",
    inputs: [
      '{"positions": [{"quantity": 3, "price": 0.1}, {"quantity": 7, "price": 231.55}]}',
      '{"positions": [{"quantity": 123456789012345678901234567890, "price": 0.000000000000000000000000000001}]}',
      '{"positions": [{"quantity": 1e300, "price": 1e300}]}',
    ],
  },
  texts: {
    text: `package p
answer := {"upper": upper(input.t), "parts": split(input.t, ","), "joined": concat("-", sort(split(input.t, ","))), "find": indexof(input.t, "é"), "formatted": sprintf("%d %s %v", [count(input.t), input.t, {1, 2}])}`,
    entrypoint: "p/answer",
    inputs: ['{"t": "b,a,é,東,😀"}', '{"t": ""}', `{"t": "${"xyz,".repeat(500)}"}`],
  },
  sets: {
    text: `package p
sets := {"both": a & b, "one": (a | b) - (a & b), "sorted": sort([x | some x in a])} if {
	a := {x | some x in input.a}
	b := {x | some x in input.b}
}`,
    entrypoint: "p/sets",
    inputs: ['{"a": [3, 1, {"x": [2]}, "s"], "b": [{"x": [2]}, 1.0, null]}', '{"a": [], "b": []}'],
  },
  data: {
    text: `package p
reach contains y if { some x in input.from; some y in graph.reachable(data.graph, {x}) }
roles := {r: perms | some r in input.roles; perms := {p | some p in data.perms[r]}}
answer := {"reach": reach, "roles": roles, "deep": object.get(data.graph, ["a", 0], "none")}`,
    entrypoint: "p/answer",
    inputs: ['{"from": ["a"], "roles": ["x", "y", "none"]}', '{"from": [], "roles": []}'],
    data: '{"graph": {"a": ["b", "c"], "b": ["d"], "c": [], "d": ["a"]}, "perms": {"x": ["r", "w"], "y": ["r"]}}',
  },
  host: {
    text: `package p
answer := [y | some x in input.xs; y := crypto.sha256(x)]`,
    entrypoint: "p/answer",
    inputs: ['{"xs": ["a", "bb", ""]}', `{"xs": ["${"long ".repeat(1_000)}"]}`],
  },
  exhausted: {
    text: `package p
answer := count([1 | some x in numbers.range(1, input.n); some y in numbers.range(1, input.n); x == y])`,
    entrypoint: "p/answer",
    inputs: ['{"n": 10}', '{"n": 100}', '{"n": 1000}', '{"n": 1000000000}'],
    fuel: 50_000,
  },
  conflict: {
    text: `package p
answer := 1 if input.a
answer := 2 if input.b`,
    entrypoint: "p/answer",
    inputs: ['{"a": 1}', '{"a": 1, "b": 1}', "{}"],
  },
};

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");

export function portableJob(): PortableJob {
  const modules = Object.entries(SOURCES).map(([name, { text, ...rest }]): PortableModule => {
    const { wasm, diagnostics } = compile({ modules: { "p.rego": text }, entrypoints: [rest.entrypoint] });
    if (wasm === undefined) throw new Error(`${name}: ${diagnostics.map(({ message }) => message).join("; ")}`);
    return { name, wasm: base64(wasm), ...rest };
  });
  const opa: PortableModule = {
    name: "made by OPA",
    wasm: base64(tradeModule()),
    entrypoint: "trade/whole",
    inputs: ['{"a": [1, 0.1, 12345678901234567890.5, "é😀", null, true, {}]}', "false", null],
  };
  return { modules: [...modules, opa], hostile: base64(compileHostile()) };
}
