import { amountText, valueText } from "./figures.ts";

/** What a line about each tool cannot do without. */
const needed: Readonly<Record<string, readonly string[]>> = {
  execute_trade: ["side", "amount", "currency", "symbol"],
  get_quote: ["symbol"],
  get_portfolio: ["client"],
};

/**
 * One line for people: `Buy 7,500 USD of AAPL for c-17, at market`. A tool that the page does not know, or of whose arguments
 * too little is on record, is named.
 */
export function describeAction(tool: string, args: unknown): string {
  const fields = typeof args === "object" && args !== null ? (args as Readonly<Record<string, unknown>>) : {};
  const text = (name: string): string => valueText(Object.hasOwn(fields, name) ? fields[name] : undefined);
  const forClient = text("client") === "" ? "" : ` for ${text("client")}`;
  const isComplete = Object.hasOwn(needed, tool) && needed[tool]?.every((name) => text(name) !== "");
  if (isComplete !== true) return tool === "" ? "An action without a name" : tool;
  switch (tool) {
    case "execute_trade": {
      const side = text("side");
      const verb = side === "BUY" ? "Buy" : side === "SELL" ? "Sell" : side;
      const terms = priceTerms(text("order_type"), amountText(fields["limit_price"]));
      return `${verb} ${amountText(fields["amount"])} ${text("currency")} of ${text("symbol")}${forClient}${terms}`;
    }
    case "get_quote":
      return `Quote ${text("symbol")}`;
    case "get_portfolio":
      return `Portfolio${forClient}`;
    default:
      return tool;
  }
}

function priceTerms(orderType: string, limit: string): string {
  if (orderType === "LIMIT") return `, limit ${limit}`;
  if (orderType === "MARKET") return ", at market";
  return orderType === "" ? "" : `, ${orderType}`;
}
