# METADATA
# scope: package
# title: What may be traded
# description: >-
#   Comes in: the order and the reference data of its instrument. Goes out: `tradable`, or why not. Crypto assets and the
#   restricted list are barred whatever the letter case and whether they are written as a symbol, as one side of a pair or
#   as the currency that pays.
# related_resources:
#   - ref: https://www.ecfr.gov/current/title-17/section-240.15c3-5
#     description: >-
#       SEC Rule 15c3-5(c)(2)(ii): no orders for securities that the broker, customer or other person is restricted from
#       trading.
#   - ref: https://www.law.cornell.edu/uscode/text/15/78o
#     description: "Exchange Act section 15(g): policies against misuse of material nonpublic information; restricted lists."
package finance.instruments

import data.finance.order

# Looser than `order.symbol` and `order.currency` on purpose: what is barred stays barred when it is also malformed.
written_symbol := upper(trim_space(input.action.arguments.symbol)) if is_string(input.action.arguments.symbol)

written_currency := upper(trim_space(input.action.arguments.currency)) if is_string(input.action.arguments.currency)

# "BTC", and "BTC" of "BTC-USD", "BTC.X" or "BTC/USD".
base := split(split(split(written_symbol, "-")[0], ".")[0], "/")[0]

crypto_named contains written_currency if data.order.crypto[written_currency]

crypto_named contains base if data.order.crypto[base]

# "BTC" of "BTCUSD": a pair that is written as one word.
crypto_named contains code if {
	some quote in data.order.crypto_quotes
	code := trim_suffix(written_symbol, quote)
	data.order.crypto[code]
}

restricted if data.order.restricted[base]

known if {
	input.instrument.symbol == order.symbol
	input.instrument.class in data.order.classes
	data.order.currencies[input.instrument.currency]
}

currency_matches if input.instrument.currency == order.currency

tradable if {
	known
	currency_matches
	not restricted
	count(crypto_named) == 0
}

deny contains {
	"code": "crypto_barred",
	"field": "symbol",
	"message": sprintf("%s is a crypto asset; this desk trades equities, funds and bonds only", [code]),
} if {
	some code in crypto_named
}

deny contains {
	"code": "symbol_restricted",
	"field": "symbol",
	"message": sprintf("%s is on the restricted list; it may not be traded until compliance lifts it", [base]),
} if {
	restricted
}

deny contains {
	"code": "instrument_unknown",
	"field": "symbol",
	"message": sprintf("%s is not an instrument of this desk (equities, funds, bonds)", [order.symbol]),
} if {
	order.symbol
	not known
}

deny contains {
	"code": "currency_mismatch",
	"field": "currency",
	"message": sprintf("%s trades in %s; give the amount in it", [order.symbol, input.instrument.currency]),
} if {
	known
	order.currency
	not currency_matches
}
