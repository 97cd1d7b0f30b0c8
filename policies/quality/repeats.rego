# The same order twice within a short time: a stuck loop, a retry without its idempotency key, a second click.
#
# SEC Rule 15c3-5(c)(1)(ii): orders that "indicate duplicative orders". The window is illustrative.
package finance.quality

import data.finance.clients
import data.finance.order
import data.lib.check

recent_orders_readable if {
	is_array(input.recent_orders)
	every recent in input.recent_orders { readable(recent) }
}

# An entry that cannot be compared could hide the very order that is being repeated.
readable(recent) if {
	check.instant(recent.placed_ns)
	check.filled(recent.client)
	check.filled(recent.symbol)
	recent.side in {"BUY", "SELL"}
	check.positive(recent.amount)
	check.filled(recent.currency)
	price_readable(recent)
}

price_readable(recent) if recent.order_type == "MARKET"

price_readable(recent) if {
	recent.order_type == "LIMIT"
	check.positive(recent.limit_price)
}

same_price(_) if order.order_type == "MARKET"

same_price(recent) if recent.limit_price == order.limit_price

deny contains {
	"code": "recent_orders_unknown",
	"field": "client",
	"message": "the recent orders are not known, so a repeat could not be noticed",
} if {
	not recent_orders_readable
}

# An order that seems to come from the future was placed under a clock that runs ahead: it counts as recent.
deny contains {
	"code": "order_repeated",
	"field": "amount",
	"message": sprintf("the same order was placed less than %d seconds ago; to ask again for that one use its idempotency key, for a second one wait", [data.quality.repeat_window_seconds]),
} if {
	recent_orders_readable
	some recent in input.recent_orders
	recent.client == clients.id
	upper(recent.symbol) == order.symbol
	recent.side == order.side
	recent.amount == order.amount
	upper(recent.currency) == order.currency
	recent.order_type == order.order_type
	same_price(recent)
	now - recent.placed_ns < data.quality.repeat_window_seconds * 1000000000
}
