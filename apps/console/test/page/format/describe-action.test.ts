import { expect, test } from "vitest";
import { describeAction } from "../../../src/page/format/describe-action.ts";
import { ExactNumber } from "../../../src/page/service/exact-json.ts";

const trade = { client: "c-17", symbol: "AAPL", side: "BUY", amount: 7500, currency: "USD", order_type: "MARKET" };

test.each([
  ["execute_trade", trade, "Buy 7,500 USD of AAPL for c-17, at market"],
  [
    "execute_trade",
    { ...trade, side: "SELL", order_type: "LIMIT", limit_price: 231.5 },
    "Sell 7,500 USD of AAPL for c-17, limit 231.5",
  ],
  [
    "execute_trade",
    { ...trade, amount: new ExactNumber("5000.0000000000000001") },
    "Buy 5,000.0000000000000001 USD of AAPL for c-17, at market",
  ],
  // What is neither is not called a purchase.
  ["execute_trade", { ...trade, side: "Sell" }, "Sell 7,500 USD of AAPL for c-17, at market"],
  ["execute_trade", { ...trade, side: "SHORT" }, "SHORT 7,500 USD of AAPL for c-17, at market"],
  ["execute_trade", { ...trade, order_type: "limit" }, "Buy 7,500 USD of AAPL for c-17, limit"],
  ["get_quote", { symbol: "BND" }, "Quote BND"],
  ["get_portfolio", { client: "c-17" }, "Portfolio for c-17"],
  ["wire_money", { to: "me" }, "wire_money"],
  ["", null, "An action without a name"],
  // Arguments that fit no tool are not on record.
  ["execute_trade", undefined, "execute_trade"],
  ["execute_trade", { client: "c-17", side: "BUY", symbol: "AAPL" }, "execute_trade"],
  ["get_quote", { symbol: "" }, "get_quote"],
  ["toString", { symbol: "BND" }, "toString"],
])("%s is said in one line", (tool, args, line) => {
  expect(describeAction(tool, args)).toBe(line);
});

test("arguments that are none do not break the line", () => {
  for (const args of [undefined, null, "text", [1], 7, { side: { toString: 1 } }]) {
    expect(typeof describeAction("execute_trade", args)).toBe("string");
  }
});
