// A small order policy as people write it at first, sound within its narrow scope, and the same with one fault each: the
// three that a published agent-governance policy had in spite of 2,841 tests. `checkGrid` must find nothing in the first
// and every fault in the others.

/** Complete rules that cannot meet, an amount that is checked, a bar that knows no letter case. */
export const SOUND_POLICY = `package finance

bounds := {
	"junior": {"allow": 5000, "review": 10000},
	"senior": {"allow": 500000, "review": 1000000},
}

barred := {"ADA", "BTC", "DOGE", "ETH", "SOL", "USDT", "XBT", "XRP"}

currency := upper(trim_space(input.action.arguments.currency))

amount := found if {
	found := input.action.arguments.amount
	is_number(found)
	found > 0
	found <= 1000000000000
	round(found * 100) / 100 == found
}

limit := bounds[input.principal.role]

tradable if {
	input.action.tool == "execute_trade"
	not currency in barred
}

default decision := "DENY"

decision := "ALLOW" if {
	tradable
	amount <= limit.allow
}

decision := "MANUAL_REVIEW" if {
	tradable
	amount > limit.allow
	amount <= limit.review
}
`;

function changed(policy: string, right: string, wrong: string): string {
  if (!policy.includes(right)) throw new Error(`the policy has no ${JSON.stringify(right)}`);
  return policy.replace(right, wrong);
}

/** At exactly 5,000 (and 500,000) both complete rules hold, with different values. */
export function withConflict(policy: string): string {
  return changed(policy, "amount > limit.allow\n", "amount >= limit.allow\n");
}

/** Minus a million is below every limit. */
export function withNegativeAmounts(policy: string): string {
  return changed(policy, "\tfound > 0\n", "\tfound != 0\n");
}

/** "BTC" is barred and "btc" is not. */
export function withCaseSensitiveBar(policy: string): string {
  return changed(policy, "upper(trim_space(input.action.arguments.currency))", "input.action.arguments.currency");
}
