import { isMoneyText, moneyText } from "./money-text.ts";

/** What a call is about, in words for people. The arguments are whatever a model wrote. */
export function describeCall({
  tool,
  arguments: args,
}: {
  readonly tool: string;
  readonly arguments: unknown;
}): string {
  const { client, symbol, side, amount, currency } = (
    typeof args === "object" && args !== null ? args : {}
  ) as Readonly<Record<string, unknown>>;
  const isOrder = tool === "execute_trade" || tool === "propose_trade";
  if (!isOrder || !isMoneyText(amount) || typeof symbol !== "string" || typeof client !== "string")
    return `the call of ${tool}`;
  const what = side === "SELL" ? "the sale" : "the purchase";
  const money = `${moneyText(amount)} ${typeof currency === "string" ? currency : ""}`.trim();
  return `${what} of ${money} of ${symbol.slice(0, 32)} for ${client.slice(0, 64)}`;
}
