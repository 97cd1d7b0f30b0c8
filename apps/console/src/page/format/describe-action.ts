import { amountText, valueText } from "./figures.ts";

/** One line for people: `Buy 7,500 USD of AAPL for c-17, at market`. A tool that the page does not know is named. */
export function describeAction(tool: string, args: unknown): string {
  const fields = typeof args === "object" && args !== null ? (args as Readonly<Record<string, unknown>>) : {};
  const text = (name: string): string => valueText(Object.hasOwn(fields, name) ? fields[name] : undefined);
  const forClient = text("client") === "" ? "" : ` for ${text("client")}`;
  switch (tool) {
    case "execute_trade": {
      const side = text("side");
      const verb = side === "BUY" ? "Buy" : side === "SELL" ? "Sell" : side;
      const price = text("order_type") === "LIMIT" ? `, limit ${amountText(fields["limit_price"])}` : ", at market";
      return `${verb} ${amountText(fields["amount"])} ${text("currency")} of ${text("symbol")}${forClient}${price}`;
    }
    case "get_quote":
      return `Quote ${text("symbol")}`;
    case "get_portfolio":
      return `Portfolio${forClient}`;
    default:
      return tool === "" ? "An action without a name" : tool;
  }
}
