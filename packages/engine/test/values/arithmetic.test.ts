import {
  absoluteNumber,
  addNumbers,
  ceilNumber,
  compareNumbers,
  divideNumbers,
  floorNumber,
  isInteger,
  multiplyNumbers,
  NumberLimitError,
  negateNumber,
  numberText,
  RegoNumber,
  type RegoNumeric,
  remainder,
  roundNumber,
  subtractNumbers,
} from "@flyball/engine/values";
import { describe, expect, it } from "vitest";

const quotientText = (a: RegoNumeric, b: RegoNumeric): string => numberText(divideNumbers(a, b) ?? Number.NaN);
const big = (text: string): RegoNumber => new RegoNumber(text);

describe("arithmetic", () => {
  it("adds, subtracts and multiplies exactly", () => {
    expect(addNumbers(0.1, 0.2)).toBe(0.3);
    expect(subtractNumbers(0.3, 0.1)).toBe(0.2);
    expect(multiplyNumbers(1.1, 1.1)).toBe(1.21);
    expect(String(addNumbers(2 ** 53 - 1, 2))).toBe("9007199254740993");
    expect(String(multiplyNumbers(9007199254740991, 9007199254740991))).toBe("81129638414606663681390495662081");
    expect(addNumbers(big("1e30"), big("-1e30"))).toBe(0);
    expect(String(addNumbers(1e30, 1e-30))).toBe("1000000000000000000000000000000.000000000000000000000000000001");
    expect(Object.is(multiplyNumbers(-1, 0), 0)).toBe(true);
    expect(Object.is(negateNumber(0), 0)).toBe(true);
  });

  it("divides to 34 digits, half to even", () => {
    expect(quotientText(1, 3)).toBe("0.3333333333333333333333333333333333");
    expect(quotientText(2, 3)).toBe("0.6666666666666666666666666666666667");
    expect(quotientText(-2, 3)).toBe("-0.6666666666666666666666666666666667");
    expect(divideNumbers(10, 4)).toBe(2.5);
    expect(divideNumbers(0, 7)).toBe(0);
    // 35 digits ending in 5: ties go to the even neighbour, unless something follows.
    expect(quotientText(big("10000000000000000000000000000000005"), 10)).toBe(`1${"0".repeat(33)}`);
    expect(quotientText(big("10000000000000000000000000000000015"), 10)).toBe(`1${"0".repeat(31)}02`);
    expect(quotientText(big("100000000000000000000000000000000050000001"), 10)).toBe(
      `1${"0".repeat(32)}1${"0".repeat(7)}`,
    );
    expect(divideNumbers(1, 0)).toBeUndefined();
    expect(quotientText(big("9".repeat(4096)), big("9".repeat(4096)))).toBe("1");
  });

  it("knows remainders of integers of any size", () => {
    expect(remainder(5, 3)).toBe(2);
    expect(remainder(-5, 3)).toBe(-2);
    expect(remainder(5, -3)).toBe(2);
    expect(remainder(1e25, 7)).toBe(3);
    expect(remainder(big("1e1000000"), 7)).toBe(Number(10n ** 16n % 7n));
    expect(remainder(7, big("1e1000000"))).toBe(7);
    expect(remainder(123, 50)).toBe(23);
    expect(remainder(5.5, 2)).toBeUndefined();
    expect(remainder(5, 0)).toBeUndefined();
  });

  it("rounds", () => {
    expect([2.5, -2.5, 2.4, -0.4, 0.5, -0.5].map(roundNumber)).toEqual([3, -3, 2, 0, 1, -1]);
    expect([2.5, -2.5, 0.1, -0.1].map(floorNumber)).toEqual([2, -3, 0, -1]);
    expect([2.5, -2.5, 0.1, -0.1].map(ceilNumber)).toEqual([3, -2, 1, 0]);
    expect(floorNumber(big("-1e-999999"))).toBe(-1);
    expect(roundNumber(big("0.05"))).toBe(0);
    expect(String(floorNumber(big("12345678901234567890.5")))).toBe("12345678901234567890");
    expect(String(absoluteNumber(big("-1e400")))).toBe(`1${"0".repeat(400)}`);
    expect(isInteger(big("1e400"))).toBe(true);
    expect(isInteger(big("1e-400"))).toBe(false);
  });

  it("compares exactly", () => {
    expect(compareNumbers(5000, big("5000.0000000000000001"))).toBe(-1);
    expect(compareNumbers(big("-1e400"), big("1e-400"))).toBe(-1);
    expect(compareNumbers(big("1e1000000"), big("1e-1000000"))).toBe(1);
    expect(compareNumbers(10n, 10)).toBe(0);
    expect(compareNumbers(big("0.1"), 0.1)).toBe(0);
    expect(compareNumbers(big("-1000000000000000000000001"), big("-1e24"))).toBe(-1);
  });

  it("stops at the limits", () => {
    expect(() => addNumbers(big("1e1000000"), 1)).toThrow(NumberLimitError);
    expect(() => multiplyNumbers(big("1e999999"), big("1e999999"))).toThrow(NumberLimitError);
    expect(() => multiplyNumbers(big("7".repeat(4096)), big("3".repeat(4096)))).toThrow(NumberLimitError);
    expect(() => divideNumbers(big("1e1000000"), big("1e-1000000"))).toThrow(NumberLimitError);
  });

  it("agrees with integers of JavaScript at random", () => {
    let seed = 12345;
    const next = (): bigint => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return BigInt(seed) ** 3n * (seed % 2 === 0 ? 1n : -1n);
    };
    for (let i = 0; i < 500; i++) {
      const a = next();
      const b = next();
      expect(String(addNumbers(a, b))).toBe(String(new RegoNumber(String(a + b))));
      expect(compareNumbers(multiplyNumbers(a, b), a * b)).toBe(0);
      if (b !== 0n) expect(compareNumbers(remainder(a, b) ?? 0, a % b)).toBe(0);
    }
  });
});
