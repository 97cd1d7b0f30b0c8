import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import {
  equalValues,
  makeObject,
  makeSet,
  numberText,
  RegoNumber,
  type RegoValue,
  toJson,
} from "@flyball/engine/values";
import { describe, expect, it } from "vitest";
import { type FixtureValue, fromFixture } from "./fixture-values.ts";
import { loadRuntime, runtimeExports } from "./load-runtime.ts";

/**
 * opa-answers.jsonl: built-in, arguments and what OPA 1.22.2 answers (nothing: an error or no answer), from random arguments. Left out are calls where OPA
 * rounds to a 64-bit mantissa and Flyball is exact, and texts that OPA takes for numbers though JSON has none such ("1_000").
 */
const fixtures = readFileSync(new URL("fixtures/opa-answers.jsonl", import.meta.url), "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => JSON.parse(line) as [string, FixtureValue[], FixtureValue?]);

const runtime = loadRuntime();

function exportName(builtin: string): string {
  return `b_${builtin.replaceAll(".", "_")}`;
}

function call(builtin: string, ...args: readonly RegoValue[]): RegoValue | undefined {
  runtime.reset();
  return runtime.call(exportName(builtin), ...args);
}

describe("built-ins answer as OPA does", () => {
  const byName = Map.groupBy(fixtures, ([name]) => name);
  it.each([...byName.keys()].sort())("%s", (name) => {
    for (const [, args, want] of byName.get(name) ?? []) {
      const got = call(name, ...args.map(fromFixture));
      const trial = `${name}(${JSON.stringify(args)})`;
      if (want === undefined) {
        expect(got, trial).toBeUndefined();
        continue;
      }
      const wanted = fromFixture(want);
      expect(
        got !== undefined && equalValues(got, wanted),
        `${trial}: got ${got === undefined ? "nothing" : toJson(got)}, want ${toJson(wanted)}`,
      ).toBe(true);
    }
  });

  it("errors are faults when strict, and nothing else is", () => {
    for (const [name, args, want] of fixtures) {
      if (name === "max" || name === "min") continue;
      runtime.reset({ strict: true });
      const run = (): RegoValue | undefined => runtime.call(exportName(name), ...args.map(fromFixture));
      if (want === undefined)
        expect(run, `${name}(${JSON.stringify(args)})`).toThrow(expect.objectContaining({ status: 7 }));
      else expect(run()).toBeDefined();
    }
  });

  it("max and min of nothing are undefined, also when strict", () => {
    runtime.reset({ strict: true });
    expect(runtime.call("b_max", [])).toBeUndefined();
    expect(runtime.call("b_min", makeSet([]))).toBeUndefined();
  });
});

describe("text", () => {
  function* codePoints(): Generator<string> {
    for (let start = 0; start <= 0x10ffff; start += 0x8000) {
      if (start === 0xd800) continue;
      const end = start === 0xd000 ? 0xd800 : start + 0x8000;
      let text = "";
      for (let c = start; c < end; c++) if (c < 0xd800 || c > 0xdfff) text += String.fromCodePoint(c);
      yield text;
    }
  }

  // Digests of what Go 1.26 makes of the text of all code points.
  it.each([
    ["upper", "e53032f7945c39d39df0f06015707fcf9f669dc42b5b7caa31f07080e176a017"],
    ["lower", "137590953b837f1ec8b7c02b3a0425d0789df789a59ad256e7a63416f9fc4c11"],
  ])("%s maps every code point as Go does", (name, want) => {
    const hash = createHash("sha256");
    for (const text of codePoints()) hash.update(call(name, text) as string);
    expect(hash.digest("hex")).toBe(want);
  });

  it("is quoted as Go quotes it, for every code point", () => {
    const hash = createHash("sha256").update('"');
    for (const text of codePoints()) hash.update((call("sprintf", "%q", [text]) as string).slice(1, -1));
    expect(hash.update('"').digest("hex")).toBe("588091fc2d5616828ae526e3c3e1fcbfb005d3afbd2cf9a3ec3ccb40a3186ce6");
  });

  it("is replaced between code points where the searched text is empty", () => {
    expect(call("replace", "aé", "", "-")).toBe("-a-é-");
  });

  it.each([
    "0",
    "-1.5",
    "0.000001",
    "1e-7",
    "123456789012345678901234567890",
    "5000.0000000000000001",
    "-0.1",
    "1e22",
    "1e4096",
    "12.5e-300",
    "9007199254740993",
  ])("of the number %s is that of the engine", (text) => {
    const number = new RegoNumber(text);
    expect(call("json.marshal", number)).toBe(numberText(number));
    expect(equalValues(call("json.unmarshal", text) as RegoValue, number)).toBe(true);
    expect(
      equalValues(call("to_number", text.length < 300 ? text : "0") as RegoValue, text === "1e4096" ? 0 : number),
    ).toBe(text !== "1e4096");
  });
});

describe("numbers that float64 does not hold", () => {
  it("are rounded half to even, and printed as they were probably written beyond its range", () => {
    expect(call("sprintf", "%v", [new RegoNumber("972047674411557.21")])).toBe("9.720476744115572e+14");
    expect(call("sprintf", "%v %d", [new RegoNumber("2e308"), 1])).toBe("2e308 1");
    expect(call("sprintf", "%d", [new RegoNumber("-25e400")])).toBe("%!d(string=-25e400)");
    expect(call("sprintf", "%d", [new RegoNumber("1".repeat(310))])).toBe("1".repeat(310));
    expect(call("sprintf", "%d", [new RegoNumber("1e300")])).toBe(`1${"0".repeat(300)}`);
  });
});

describe("exactness beyond OPA", () => {
  it("sums and products lose no digit", () => {
    expect(numberText(call("sum", [0.1, 0.2, new RegoNumber("1e30"), new RegoNumber("-1e30")]) as number)).toBe("0.3");
    expect(numberText(call("product", [new RegoNumber("1000000000000000000001"), 0.5]) as number)).toBe(
      "500000000000000000000.5",
    );
    expect(call("format_int", new RegoNumber("-116934740087036573782.46"), 10)).toBe("-116934740087036573782");
  });
});

describe("hostile arguments", () => {
  const long = "a".repeat(100_000);

  it.each<[string, readonly RegoValue[]]>([
    ["contains", [long, `${"a".repeat(2_000)}b`]],
    ["split", [long, "a"]],
    ["trim", [long, `b${"c".repeat(10_000)}a`]],
    ["strings.replace_n", [{ a: "b", aa: "c", aaa: "d" }, long]],
    ["numbers.range", [0, 1_000_000_000]],
    ["bits.lsh", [1, 19_000]],
    ["sprintf", ["%1000000d%1000000d%1000000d", [1, 2, 3]]],
    ["json.unmarshal", [`[${"0,".repeat(50_000)}0]`]],
    [
      "graph.reachable_paths",
      [makeObject(Array.from({ length: 12 }, (_, n) => [n, Array.from({ length: 12 }, (__, m) => m)])), [0]],
    ],
    ["glob.match", ["{*a*,*b*}".repeat(200), null, long]],
    ["concat", [long, Array.from({ length: 1_000 }, () => long)]],
  ])("%s stops when the fuel is out", (name, args) => {
    runtime.reset({ fuel: 1_000 });
    expect(() => runtime.call(exportName(name), ...args)).toThrow(expect.objectContaining({ status: 3 }));
  });

  it("deep JSON meets the depth limit", () => {
    runtime.reset({ depth: 100 });
    expect(() => runtime.call("b_json_unmarshal", `${"[".repeat(101)}${"]".repeat(101)}`)).toThrow(
      expect.objectContaining({ status: 5 }),
    );
    runtime.reset({ depth: 100 });
    expect(runtime.call("b_json_unmarshal", `${"[".repeat(100)}${"]".repeat(100)}`)).toBeDefined();
  });

  it("numbers beyond the limits are a fault, not a rounding", () => {
    for (const [name, args] of [
      ["json.unmarshal", ["1e1000001"]],
      ["json.unmarshal", ["1".repeat(4_097)]],
      ["bits.lsh", [1, 1_000_000]],
      ["bits.lsh", [1, 19_999]],
    ] as const) {
      runtime.reset();
      expect(() => runtime.call(exportName(name), ...args), name).toThrow(expect.objectContaining({ status: 6 }));
    }
  });
});

describe("the library", () => {
  it("exports what README.md lists, and README.md lists what it exports", () => {
    const readme = readFileSync(new URL("../../runtime/README.md", import.meta.url), "utf8");
    const listed = new Set(Array.from(readme.matchAll(/`(?:b_)?[a-z]\w*(?=[(`])/g), ([name]) => name.slice(1)));
    const missing = [...runtimeExports].filter(
      (name) => name !== "memory" && !listed.has(name) && !name.startsWith("number_"),
    );
    expect(missing).toEqual([]);
    const unknown = Array.from(readme.matchAll(/`(b_\w+)`/g), ([, name]) => name).filter(
      (name) => name !== "b_" && !runtimeExports.has(name ?? ""),
    );
    expect(unknown).toEqual([]);
  });
});
