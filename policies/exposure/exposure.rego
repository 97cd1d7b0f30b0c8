# METADATA
# scope: package
# title: What may be moved in a day by one trader, for one client and in one symbol, and what the client has
# description: >-
#   Comes in: the order's worth, and what the ledger says was committed and reserved today by this trader, for this client
#   and in this symbol. Goes out: `assessed`, and denials. Policy alone judges the limits; the ledger only counts. Purchases
#   and sales both add up.
# related_resources:
#   - ref: https://www.ecfr.gov/current/title-17/section-240.15c3-5
#     description: >-
#       SEC Rule 15c3-5(c)(1)(i): orders are rejected that would exceed pre-set credit or capital thresholds in the
#       aggregate for each customer, and more finely "by sector, security, or otherwise" where appropriate, here also for
#       each trader and each symbol.
#   - ref: https://www.ecfr.gov/current/title-17/section-242.203
#     description: "Regulation SHO, 17 CFR 242.203(b)(1): short sales need a located borrow; this desk makes none."
package finance.exposure

import data.finance.order
import data.finance.suitability
import data.finance.tools
import data.lib.check
import data.lib.money

trader_limit := data.exposure.trader_daily[tools.role]

trader_used := input.exposure.trader.committed + input.exposure.trader.reserved if {
	check.not_negative(input.exposure.trader.committed)
	check.not_negative(input.exposure.trader.reserved)
}

client_used := input.exposure.client.committed + input.exposure.client.reserved if {
	check.not_negative(input.exposure.client.committed)
	check.not_negative(input.exposure.client.reserved)
}

symbol_used := input.exposure.symbol.committed + input.exposure.symbol.reserved if {
	check.not_negative(input.exposure.symbol.committed)
	check.not_negative(input.exposure.symbol.reserved)
}

known if {
	is_number(trader_used)
	is_number(client_used)
	is_number(symbol_used)
}

assessed if {
	trader_limit
	known
	order.notional
}

deny contains {
	"code": "exposure_unknown",
	"field": "amount",
	"message": "today's exposure is not known, so no limit can be kept; try again later",
} if {
	not known
}

deny contains {
	"code": "trader_limit_missing",
	"field": "principal.role",
	"message": "the caller's role has no daily limit, so it may not trade",
} if {
	tools.role
	not trader_limit
}

deny contains {
	"code": "trader_daily_limit",
	"field": "amount",
	"message": sprintf("%s of %s USD left today for this trader; send at most that, or wait until tomorrow", [
		money.ledger(max([trader_limit - trader_used, 0])),
		money.ledger(trader_limit),
	]),
} if {
	trader_used + order.notional > trader_limit
}

deny contains {
	"code": "client_daily_limit",
	"field": "amount",
	"message": sprintf("%s of %s USD left today for this client; send at most that, or wait until tomorrow", [
		money.ledger(max([data.exposure.client_daily - client_used, 0])),
		money.ledger(data.exposure.client_daily),
	]),
} if {
	client_used + order.notional > data.exposure.client_daily
}

deny contains {
	"code": "symbol_daily_limit",
	"field": "amount",
	"message": sprintf("%s of %s USD left today for this symbol; send at most that, or wait until tomorrow", [
		money.ledger(max([data.exposure.symbol_daily - symbol_used, 0])),
		money.ledger(data.exposure.symbol_daily),
	]),
} if {
	symbol_used + order.notional > data.exposure.symbol_daily
}

deny contains {
	"code": "cash_insufficient",
	"field": "amount",
	"message": sprintf("the client has %s USD to spend; buy for at most that", [money.ledger(suitability.cash)]),
} if {
	order.side == "BUY"
	order.notional > suitability.cash
}

deny contains {
	"code": "short_sale",
	"field": "amount",
	"message": sprintf("the client holds %s USD of %s; sell at most that", [money.ledger(suitability.held), order.symbol]),
} if {
	order.side == "SELL"
	order.notional > suitability.held
}
