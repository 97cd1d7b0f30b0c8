/** A number that a double cannot hold, as it was written: an amount must not be shown rounded to the person who approves it. */
export class ExactNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }

  toJSON(): unknown {
    // ES2026's; without it the digits stand in quotation marks.
    const { rawJSON } = JSON as { readonly rawJSON?: (text: string) => unknown };
    return rawJSON?.(this.text) ?? this.text;
  }
}

/** `JSON.parse`, but for numbers that would lose digits. Throws where the text is not JSON. */
export function parseExactJson(text: string): unknown {
  // The third argument is ES2026's; where a browser has none, numbers are as `JSON.parse` reads them.
  const revive = (_key: string, value: unknown, context?: { readonly source?: string }): unknown => {
    const source = context?.source;
    if (typeof value !== "number" || source === undefined) return value;
    return sameDecimal(source, String(value)) ? value : new ExactNumber(source);
  };
  return JSON.parse(text, revive) as unknown;
}

/** Whether two decimal texts name the same number: digits and exponent, without leading and trailing zeros. */
function sameDecimal(one: string, other: string): boolean {
  return one === other || normal(one) === normal(other);
}

function normal(text: string): string {
  const [, sign = "", whole = "", fraction = "", exponent = "0"] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const digits = (whole + fraction).replace(/^0+/, "");
  const trimmed = digits.replace(/0+$/, "");
  if (trimmed === "") return "0";
  return `${sign}${trimmed}e${Number(exponent) - fraction.length + digits.length - trimmed.length}`;
}
