import type { Files } from "./run-flyball.ts";

/** A small policy with two tests, one to do, and a base document at `data.limits`. */
export const POLICY: Files = {
  "p/trade.rego": `package trade

default decision := "DENY"

decision := "ALLOW" if {
	input.side == "BUY"
	input.amount <= data.limits.most
}
`,
  "p/trade_test.rego": `package trade_test

test_small_is_allowed if data.trade.decision == "ALLOW" with input as {"side": "BUY", "amount": 5}

test_large_is_denied if data.trade.decision == "DENY" with input as {"side": "BUY", "amount": 5001}

todo_sell if data.trade.decision == "ALLOW" with input as {"side": "SELL", "amount": 5}
`,
  "p/limits/data.json": `{"most": 5000}`,
};
