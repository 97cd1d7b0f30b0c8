import { canonicalNumber, NumberLimitError, numberText, RegoNumber } from "@flyball/engine/values";
import { describe, expect, it } from "vitest";

describe("a canonical number", () => {
  it.each([
    ["0", 0],
    ["-0", 0],
    ["-0.000e5", 0],
    ["1.50", 1.5],
    ["1e3", 1000],
    ["0.1", 0.1],
    ["1e21", 1e21],
    ["1e300", 1e300],
    ["9007199254740993", "9007199254740993"],
    ["9007199254740994", 9007199254740994],
    ["12345678901234567890", "12345678901234567890"],
    ["5000.0000000000000001", "5000.0000000000000001"],
    ["0.30000000000000004", 0.30000000000000004],
    ["0.300000000000000040", 0.30000000000000004],
    ["1e400", `1${"0".repeat(400)}`],
    ["1e-400", "1e-400"],
    ["-12.5e-500", "-1.25e-499"],
    ["1e5000", "1e+5000"],
  ])("of the text %s is a double where that is exact", (text, expected) => {
    const value = canonicalNumber(text);
    if (typeof expected === "number") expect(value).toBe(expected);
    else {
      expect(RegoNumber.is(value)).toBe(true);
      expect(String(value)).toBe(expected);
    }
  });

  it("takes bigints and leaves no negative zero", () => {
    expect(canonicalNumber(12n)).toBe(12);
    expect(String(canonicalNumber(2n ** 64n + 1n))).toBe("18446744073709551617");
    expect(canonicalNumber(2n ** 64n)).not.toBe(2 ** 64);
    expect(Object.is(canonicalNumber(-0), 0)).toBe(true);
  });

  it("is refused beyond the limits before work of that size is done", () => {
    expect(() => canonicalNumber("1e1000001")).toThrow(NumberLimitError);
    expect(() => canonicalNumber("1e-99999999999999999999")).toThrow(NumberLimitError);
    expect(() => canonicalNumber("9".repeat(4097))).toThrow(NumberLimitError);
    expect(() => canonicalNumber(10n ** 1_100_000n)).toThrow(NumberLimitError);
    expect(canonicalNumber(`0e${"9".repeat(100)}`)).toBe(0);
    expect(String(canonicalNumber("9".repeat(4096)))).toBe("9".repeat(4096));
  });

  it.each(["", "1.", ".5", "+1", "01", "1e", "0x10", "NaN", "Infinity", " 1", "1 ", "1_000"])(
    "is not made of %j",
    (text) => {
      expect(() => canonicalNumber(text)).toThrow(SyntaxError);
      expect(() => new RegoNumber(text)).toThrow(SyntaxError);
    },
  );

  it("is not made of what is not finite", () => {
    expect(() => canonicalNumber(Number.NaN)).toThrow(RangeError);
    expect(() => canonicalNumber(Number.NEGATIVE_INFINITY)).toThrow(RangeError);
  });
});

describe("a RegoNumber", () => {
  it("is told from proxies, look-alikes and heirs", () => {
    const real = new RegoNumber("1.5");
    expect(RegoNumber.is(real)).toBe(true);
    expect(RegoNumber.is(new Proxy(real, {}))).toBe(false);
    expect(RegoNumber.is(Object.create(RegoNumber.prototype))).toBe(false);
    expect(RegoNumber.is({ toString: () => "1.5" })).toBe(false);
  });

  it("prints integers in full and small fractions with an exponent", () => {
    expect(numberText(1e21)).toBe("1000000000000000000000");
    expect(numberText(1e-7)).toBe("1e-7");
    expect(numberText(0.000001)).toBe("0.000001");
    expect(numberText(-0)).toBe("0");
    expect(numberText(10n ** 30n)).toBe(`1${"0".repeat(30)}`);
  });
});
