import { canonicalNumber, RegoNumber } from "@flyball/engine/values";
import { z } from "zod";
import { decimalPlaces, digitsBeforePoint, type ExactNumber } from "../broker/money.ts";

/** More digits than any amount of money has, before the point; it keeps what is calculated with it cheap. */
const maxDigits = 24;
const maxLength = 40;

/**
 * A decimal as a number or as its text ("1000.50"), exact whichever way it comes, with at most `places` digits after the
 * point. The sign is the policy's business; "NaN", "1e3x", "+1", "0x10" and " 1" are no numbers.
 */
export function exactAmount(places: number): z.ZodType<ExactNumber> {
  const source = z.union(
    [z.number(), z.string().max(maxLength), z.custom<RegoNumber>((value) => RegoNumber.is(value))],
    {
      error: "must be a decimal number, or its text",
    },
  );
  return source.transform((value, context): ExactNumber => {
    const exact = readExact(value);
    if (exact === undefined) return refuse(context, "must be a decimal number, or its text");
    if (digitsBeforePoint(exact) > maxDigits) return refuse(context, "has too many digits");
    if (decimalPlaces(exact) > places) return refuse(context, `must have at most ${places} decimal places`);
    return exact;
  });
}

function readExact(value: number | string | RegoNumber): ExactNumber | undefined {
  try {
    return canonicalNumber(value);
  } catch {
    return undefined;
  }
}

function refuse(context: z.core.$RefinementCtx, message: string): never {
  context.addIssue({ code: "custom", message });
  return z.NEVER;
}
