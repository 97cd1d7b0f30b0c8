# METADATA
# scope: package
# title: How large one order may be
# description: >-
#   Comes in: the order's worth in US dollars and the trader's role. Goes out: nothing up to the role's first bound, a
#   review up to the second, a denial above it. A role without bounds trades nothing.
# related_resources:
#   - ref: https://www.ecfr.gov/current/title-17/section-240.15c3-5
#     description: >-
#       SEC Rule 15c3-5(c)(1)(ii): orders that exceed appropriate size parameters, order by order, are rejected. The rule
#       sets no figures; these are illustrative.
package finance.limits

import data.finance.order
import data.finance.tools
import data.lib.money

bounds := data.limits.order[tools.role]

assessed if {
	bounds
	order.notional
}

deny contains {
	"code": "order_limit_missing",
	"field": "principal.role",
	"message": "the caller's role has no order limit, so it may not trade",
} if {
	tools.role
	not bounds
}

deny contains {
	"code": "order_over_limit",
	"field": "amount",
	"message": sprintf("%s USD over the %s limit of %s USD for one order; at most %s USD with a review, at most %s USD without", [
		money.text(order.notional - bounds.review),
		tools.role,
		money.text(bounds.review),
		money.text(bounds.review),
		money.text(bounds.allow),
	]),
} if {
	order.notional > bounds.review
}

review contains {
	"code": "order_needs_review",
	"field": "amount",
	"message": sprintf("%s USD over the %s limit of %s USD for an order without a review; a reviewer decides, or send at most %s USD", [
		money.text(order.notional - bounds.allow),
		tools.role,
		money.text(bounds.allow),
		money.text(bounds.allow),
	]),
} if {
	order.notional > bounds.allow
	order.notional <= bounds.review
}
