import type { ToolDefinition } from "@flyball/governor";
import { ToolFailure } from "@flyball/governor";
import { z } from "zod";
import { findInstrument, lastPrice, simulatedVenue } from "../broker/market-data.ts";
import { type ExactNumber, fromHundredths } from "../broker/money.ts";

const schema: z.ZodType<{ readonly symbol: string }> = z.strictObject({ symbol: z.string().min(1).max(32) });

export interface Quote {
  readonly symbol: string;
  readonly last_price: ExactNumber;
  readonly currency: string;
  readonly venue: string;
  readonly simulated: true;
}

/** The simulated price of one instrument. Changes nothing. */
export function getQuoteTool(now: () => number): ToolDefinition<typeof schema, Quote> {
  return {
    name: "get_quote",
    schema,
    readOnly: true,
    execute: ({ symbol }) => {
      const instrument = findInstrument(normalSymbol(symbol));
      if (instrument === undefined) throw new ToolFailure(`there is no instrument ${symbol}`);
      return {
        symbol: instrument.symbol,
        last_price: fromHundredths(lastPrice(instrument, now())),
        currency: instrument.currency,
        venue: simulatedVenue,
        simulated: true,
      };
    },
  };
}

/** The spelling in which symbols are kept; the policy compares in the same one. */
export function normalSymbol(symbol: string): string {
  return symbol.trim().toUpperCase();
}
