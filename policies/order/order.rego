# METADATA
# scope: package
# title: The order, read once
# description: >-
#   Comes in: the arguments as the tool will get them. Goes out: each part under its own name in one spelling (upper
#   case, no spaces around it), defined only when it is well formed, and `notional`, its worth in US dollars, which all
#   limits compare. Every other package reads the order from here, so there is one place where an amount that is text,
#   negative or absent stops being an amount, and where "btc " and "BTC" become the same.
# related_resources:
#   - ref: https://www.ecfr.gov/current/title-17/section-240.15c3-5
#     description: "SEC Rule 15c3-5(c)(1)(ii): orders that appear to be erroneous are rejected before they are entered."
package finance.order

import data.lib.check

side := input.action.arguments.side if input.action.arguments.side in {"BUY", "SELL"}

# ASCII only: other alphabets have letters that look like ours or become ours in upper case (U+017F, U+0131), and a
# name that is compared must be the name that a person reads.
symbol := upper(trim_space(input.action.arguments.symbol)) if {
	is_string(input.action.arguments.symbol)
	regex.match(`^\s*[A-Za-z][A-Za-z0-9]{0,9}([.-][A-Za-z0-9]{1,5})?\s*$`, input.action.arguments.symbol)
}

currency := upper(trim_space(input.action.arguments.currency)) if {
	is_string(input.action.arguments.currency)
	regex.match(`^\s*[A-Za-z]{3}\s*$`, input.action.arguments.currency)
	data.order.currencies[upper(trim_space(input.action.arguments.currency))]
}

# Above zero and below a bound that no order comes near, so that no later multiplication can grow without end.
amount := input.action.arguments.amount if {
	check.positive(input.action.arguments.amount)
	input.action.arguments.amount <= data.order.largest_amount
}

# Multiplied and divided back rather than multiplied and compared: this is also exact where an evaluator calculates
# with 64-bit mantissas, since a quotient is rounded just as the amount was when it was read.
amount_in_whole_units if {
	units := data.order.currencies[currency].units
	round(amount * units) / units == amount
}

order_type := input.action.arguments.order_type if input.action.arguments.order_type in {"MARKET", "LIMIT"}

limit_price := input.action.arguments.limit_price if {
	order_type == "LIMIT"
	check.positive(input.action.arguments.limit_price)
	input.action.arguments.limit_price <= data.order.largest_amount
}

limit_price_given if input.action.arguments.limit_price != null

# A LIMIT order has a price, a MARKET order has none: with both readings possible, neither is taken.
price_terms_clear if limit_price

price_terms_clear if {
	order_type == "MARKET"
	not limit_price_given
}

usd_per_unit := 1 if currency == "USD"

usd_per_unit := input.fx.usd_per_unit if {
	currency != "USD"
	input.fx.currency == currency
	check.positive(input.fx.usd_per_unit)
	input.fx.usd_per_unit <= data.order.largest_amount
}

notional := amount * usd_per_unit

well_formed if {
	symbol
	side
	amount_in_whole_units
	price_terms_clear
	notional
}

deny contains symbol_malformed if not symbol

# Named, because a quote is refused for the same reason as an order.
symbol_malformed := {
	"code": "symbol_invalid",
	"field": "symbol",
	"message": "the symbol must be a ticker such as AAPL or BRK.B",
}

deny contains {
	"code": "side_invalid",
	"field": "side",
	"message": "the side must be BUY or SELL",
} if {
	not side
}

deny contains {
	"code": "currency_not_accepted",
	"field": "currency",
	"message": sprintf("the currency must be one of %s", [concat(", ", sort(object.keys(data.order.currencies)))]),
} if {
	not currency
}

deny contains {
	"code": "amount_invalid",
	"field": "amount",
	"message": "the amount must be a number above 0 (in digits, without a sign or a unit)",
} if {
	not amount
}

deny contains {
	"code": "amount_too_precise",
	"field": "amount",
	"message": sprintf("the smallest unit of %s is 1/%d; round the amount to it", [currency, data.order.currencies[currency].units]),
} if {
	amount
	currency
	not amount_in_whole_units
}

deny contains {
	"code": "order_type_invalid",
	"field": "order_type",
	"message": "the order type must be MARKET or LIMIT",
} if {
	not order_type
}

deny contains {
	"code": "limit_price_invalid",
	"field": "limit_price",
	"message": "a LIMIT order needs a limit price above 0",
} if {
	order_type == "LIMIT"
	not limit_price
}

deny contains {
	"code": "limit_price_not_applicable",
	"field": "limit_price",
	"message": "a MARKET order has no limit price; leave it out or make it a LIMIT order",
} if {
	order_type == "MARKET"
	limit_price_given
}

deny contains {
	"code": "fx_rate_missing",
	"field": "currency",
	"message": sprintf("there is no exchange rate for %s now; give the amount in USD", [currency]),
} if {
	currency
	not usd_per_unit
}
