import { BuiltinError } from "@flyball/engine";

const UNITS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};

/** Nanoseconds of a duration as Go writes it: `1h15m30.918s`. */
export function parseDuration(text: string): bigint {
  const invalid = (): never => {
    throw new BuiltinError(`time: invalid duration ${JSON.stringify(text)}`);
  };
  const negative = text.startsWith("-");
  const body = text.replace(/^[+-]/, "");
  if (body === "0") return 0n;
  if (!/^((\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h))+$/.test(body)) return invalid();
  let total = 0n;
  for (const [, whole = "", fraction = "", unit = ""] of body.matchAll(/(\d*)(?:\.(\d*))?(ns|us|µs|μs|ms|s|m|h)/g)) {
    const scale = UNITS[unit] ?? 0n;
    total +=
      BigInt(whole === "" ? 0 : whole) * scale +
      (fraction === "" ? 0n : (BigInt(fraction) * scale) / 10n ** BigInt(fraction.length));
  }
  const signed = negative ? -total : total;
  return BigInt.asIntN(64, signed) === signed ? signed : invalid();
}
