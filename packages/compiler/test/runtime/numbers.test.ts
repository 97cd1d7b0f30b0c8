import {
  absoluteNumber,
  addNumbers,
  ceilNumber,
  compareNumbers,
  divideNumbers,
  floorNumber,
  isInteger,
  multiplyNumbers,
  numberText,
  RegoNumber,
  type RegoNumeric,
  remainder,
  roundNumber,
  subtractNumbers,
} from "@flyball/engine/values";
import { describe, expect, it } from "vitest";
import { loadRuntime, type Runtime, RuntimeFault } from "./load-runtime.ts";
import { random } from "./random-values.ts";

const runtime = loadRuntime();
const number = (text: string): RegoNumber => new RegoNumber(text);

function calculate(name: string, ...texts: readonly string[]): string {
  runtime.reset();
  const result = runtime.call(name, ...texts.map(number));
  return result === undefined ? "undefined" : numberText(result as RegoNumeric);
}

function textOf(value: RegoNumeric | undefined): string {
  return value === undefined ? "undefined" : numberText(value);
}

function statusOf(run: (runtime: Runtime) => unknown): number {
  try {
    run(runtime);
  } catch (error) {
    if (error instanceof RuntimeFault) return error.status;
    throw error;
  }
  return 0;
}

describe("arithmetic", () => {
  it.each([
    ["b_plus", "0.1", "0.2", "0.3"],
    ["b_plus", "9007199254740991", "1", "9007199254740992"],
    ["b_plus", "9007199254740992", "1", "9007199254740993"],
    ["b_plus", "9007199254740993", "-1", "9007199254740992"],
    ["b_plus", "5000", "0.0000000000000001", "5000.0000000000000001"],
    ["b_minus", "5000.0000000000000001", "5000", "1e-16"],
    ["b_minus", "0.3", "0.1", "0.2"],
    ["b_minus", "1", "1", "0"],
    ["b_mul", "-5", "0", "0"],
    ["b_mul", "0.1", "3", "0.3"],
    ["b_mul", "94906267", "94906267", "9007199515875289"],
    ["b_mul", "99999999999999999999", "99999999999999999999", "9999999999999999999800000000000000000001"],
    ["b_div", "1", "3", "0.3333333333333333333333333333333333"],
    ["b_div", "2", "3", "0.6666666666666666666666666666666667"],
    ["b_div", "1", "8", "0.125"],
    ["b_div", "-7", "2", "-3.5"],
    ["b_div", "0", "7", "0"],
    ["b_div", "1", "0", "undefined"],
    ["b_div", "12345678901234567890123456789012345", "1", "12345678901234567890123456789012340"],
    ["b_div", "12345678901234567890123456789012335", "1", "12345678901234567890123456789012340"],
    ["b_rem", "-7", "3", "-1"],
    ["b_rem", "7", "-3", "1"],
    ["b_rem", "7.5", "2", "undefined"],
    ["b_rem", "7", "0", "undefined"],
    ["b_rem", "10", "18446744073709551616", "10"],
    ["b_rem", "1e30", "7", "1"],
  ])("%s(%s, %s) is %s", (name, a, b, want) => {
    expect(calculate(name, a, b)).toBe(want);
  });

  it.each([
    ["b_round", "2.5", "3"],
    ["b_round", "-2.5", "-3"],
    ["b_round", "0.49999999999999994", "0"],
    ["b_round", "-0.2", "0"],
    ["b_ceil", "-0.5", "0"],
    ["b_ceil", "0.00000000000000000000000000000001", "1"],
    ["b_floor", "-0.00000000000000000000000000000001", "-1"],
    ["b_floor", "-2.5", "-3"],
    ["b_abs", "-12345678901234567890", "12345678901234567890"],
    ["b_abs", "-0.1", "0.1"],
  ])("%s(%s) is %s", (name, a, want) => {
    expect(calculate(name, a)).toBe(want);
  });

  it("agrees with exact arithmetic on random numbers", () => {
    const seed = 20_241;
    const source = random(seed);
    for (let i = 0; i < 6_000; i++) {
      const a = number(source.number());
      const b = number(source.number());
      const trial = `seed ${seed}, trial ${i}: ${a} and ${b}`;
      const check = (name: string, want: RegoNumeric | undefined): void => {
        expect(calculate(name, String(a), String(b)), `${name}, ${trial}`).toBe(textOf(want));
      };
      check("b_plus", addNumbers(a, b));
      check("b_minus", subtractNumbers(a, b));
      check("b_mul", multiplyNumbers(a, b));
      check("b_div", divideNumbers(a, b));
      check("b_rem", isInteger(a) && isInteger(b) ? remainder(a, b) : undefined);
      expect(calculate("b_round", String(a)), trial).toBe(numberText(roundNumber(a)));
      expect(calculate("b_floor", String(a)), trial).toBe(numberText(floorNumber(a)));
      expect(calculate("b_ceil", String(a)), trial).toBe(numberText(ceilNumber(a)));
      expect(calculate("b_abs", String(a)), trial).toBe(numberText(absoluteNumber(a)));
      runtime.reset();
      expect(runtime.raw("value_compare", runtime.encode(a), runtime.encode(b)), trial).toBe(compareNumbers(a, b));
    }
  });

  it("agrees with exact arithmetic on numbers of hundreds of digits", () => {
    const seed = 7;
    const source = random(seed);
    const long = (): string =>
      `${source.pick(["", "-"])}${1 + source.below(9)}${Array.from({ length: source.below(600) }, () => source.pick(["0", "9", String(source.below(10))])).join("")}e${source.below(800) - 400}`;
    for (let i = 0; i < 300; i++) {
      const [a, b] = [number(long()), number(long())];
      const trial = `seed ${seed}, trial ${i}: ${a} and ${b}`;
      expect(calculate("b_plus", String(a), String(b)), trial).toBe(numberText(addNumbers(a, b)));
      expect(calculate("b_mul", String(a), String(b)), trial).toBe(numberText(multiplyNumbers(a, b)));
      expect(calculate("b_div", String(a), String(b)), trial).toBe(textOf(divideNumbers(a, b)));
      if (isInteger(a) && isInteger(b)) {
        expect(calculate("b_rem", String(a), String(b)), trial).toBe(textOf(remainder(a, b)));
      }
    }
  });

  it("faults beyond the digits and exponents that it calculates with", () => {
    runtime.reset();
    expect(statusOf(() => calculate("b_plus", "1e1000000", "1"))).toBe(6);
    expect(statusOf(() => calculate("b_mul", "1e1000000", "10"))).toBe(6);
    expect(statusOf(() => calculate("b_mul", "1e-1000000", "0.1"))).toBe(6);
    expect(statusOf(() => calculate("b_mul", "9".repeat(4096), "9".repeat(4096)))).toBe(6);
    expect(calculate("b_plus", "9".repeat(4096), "1")).toBe("1e+4096");
    expect(calculate("b_minus", "1e1000000", "1e1000000")).toBe("0");
  });

  it("charges products by their limbs and stops before the work", () => {
    const [a, b] = [number("7".repeat(4000)), number("3".repeat(90))];
    runtime.reset();
    runtime.call("b_mul", a, b);
    expect(runtime.fuelUsed).toBeGreaterThan(444 * 10);
    runtime.reset({ fuel: 4_000 });
    expect(statusOf(() => runtime.call("b_mul", a, b))).toBe(3);
  });

  it("is undefined for operands of other types, and a fault when strict", () => {
    for (const name of ["b_plus", "b_minus", "b_mul", "b_div", "b_rem"]) {
      runtime.reset();
      expect(runtime.call(name, 1, "2")).toBeUndefined();
      expect(runtime.call(name, null, 2)).toBeUndefined();
      runtime.reset({ strict: true });
      expect(statusOf(() => runtime.call(name, 1, "2"))).toBe(7);
    }
  });
});
