# METADATA
# scope: package
# title: Is this a sensible order in this market
# description: >-
#   Comes in: the order, the market snapshot of its symbol, the client's drawdown and the recent orders. Goes out:
#   `assessed`, and why the order looks like a mistake or does the client harm. An order that cannot be held against a
#   fresh price of its own symbol is denied. Three files: market.rego (price, size, drawdown), session.rego (hours),
#   repeats.rego (the same order twice).
# related_resources:
#   - ref: https://www.ecfr.gov/current/title-17/section-240.15c3-5
#     description: >-
#       SEC Rule 15c3-5(c)(1)(ii): erroneous orders are prevented by rejecting those that exceed appropriate price or size
#       parameters or that indicate duplicative orders.
#   - ref: https://www.finra.org/rules-guidance/rulebooks/finra-rules/5310
#     description: >-
#       FINRA Rule 5310(a)(1): reasonable diligence for the best market, with regard to the character of the market, the
#       size and type of the transaction. A market order that is large for the volume moves its own price.
package finance.quality

import data.finance.order
import data.lib.check
import data.lib.money

now := input.now_ns if check.instant(input.now_ns)

last_price := input.market.last_price if {
	input.market.symbol == order.symbol
	check.positive(input.market.last_price)
	input.market.last_price <= data.order.largest_amount
}

daily_volume := input.market.average_daily_volume if {
	input.market.symbol == order.symbol
	check.positive(input.market.average_daily_volume)
	input.market.average_daily_volume <= data.order.largest_amount
}

snapshot_fresh if {
	check.instant(input.market.as_of_ns)
	now >= input.market.as_of_ns
	now - input.market.as_of_ns <= data.quality.largest_quote_age_seconds * 1000000000
}

market_open if input.market.status == "OPEN"

drawdown := input.client.drawdown_percent if {
	check.not_negative(input.client.drawdown_percent)
	input.client.drawdown_percent <= 100
}

assessed if {
	last_price
	daily_volume
	snapshot_fresh
	market_open
	drawdown_known
	session_open
	recent_orders_readable
}

deny contains {
	"code": "market_data_missing",
	"field": "symbol",
	"message": sprintf("there is no usable price and volume for %s; ask for a quote first", [order.symbol]),
} if {
	order.symbol
	not market_data_present
}

market_data_present if {
	last_price
	daily_volume
}

deny contains {
	"code": "market_data_stale",
	"field": "symbol",
	"message": sprintf("the price is not from the last %d seconds; try again when there is a fresh one", [data.quality.largest_quote_age_seconds]),
} if {
	not snapshot_fresh
}

deny contains {
	"code": "market_not_open",
	"field": "symbol",
	"message": "trading in this instrument is halted or closed; try again when it resumes",
} if {
	not market_open
}

# Amount and price are in the instrument's currency (`currency_mismatch` otherwise), so no rate enters here.
deny contains {
	"code": "market_order_too_large",
	"field": "amount",
	"message": sprintf("a market order above %v %% of the average daily volume moves the price; send a LIMIT order or a smaller one", [data.quality.largest_market_order_percent_of_volume]),
} if {
	order.order_type == "MARKET"
	order.amount * 100 > (daily_volume * last_price) * data.quality.largest_market_order_percent_of_volume
}

deny contains {
	"code": "limit_price_outside_collar",
	"field": "limit_price",
	"message": sprintf("the limit price is more than %v %% away from the last trade at %s; bring it nearer or send a MARKET order", [data.quality.limit_price_collar_percent, money.text(last_price)]),
} if {
	abs(order.limit_price - last_price) * 100 > last_price * data.quality.limit_price_collar_percent
}

drawdown_known if is_number(drawdown)

deny contains {
	"code": "drawdown_unknown",
	"field": "client",
	"message": "the client's drawdown is not known, so nothing can be traded for this client now",
} if {
	not drawdown_known
}

deny contains {
	"code": "drawdown_too_deep",
	"field": "side",
	"message": sprintf("the portfolio is down %v %% from its peak; above %v %% nothing is bought, only sold", [round(drawdown * 100) / 100, data.quality.largest_drawdown_percent_for_buys]),
} if {
	order.side == "BUY"
	drawdown > data.quality.largest_drawdown_percent_for_buys
}
