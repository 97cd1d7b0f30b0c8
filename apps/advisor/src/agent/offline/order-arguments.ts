/** What the tools that trade take. */
export interface OrderArguments {
  readonly client: string;
  readonly symbol: string;
  readonly side: "BUY" | "SELL";
  /** Text where a double would not hold it. */
  readonly amount: number | string;
  readonly currency: string;
  readonly order_type: "MARKET" | "LIMIT";
  readonly limit_price?: number | string;
}

/** A number where that loses nothing. */
export function exactNumber(text: string): number | string {
  return text.replace(/\D/g, "").length <= 15 ? Number(text) : text;
}
