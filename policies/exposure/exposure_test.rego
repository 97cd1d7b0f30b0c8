package finance.exposure_test

import data.finance.exposure
import data.finance.fixture

moved(role, trader, client) := object.union(fixture.trade, {
	"principal": {"role": role},
	"exposure": {"trader": trader, "client": client},
})

traded(symbol) := object.union(fixture.trade, {"exposure": {"symbol": symbol}})

nothing := {"committed": 0, "reserved": 0}

test_the_traders_day if {
	every case in [
		["junior", 0, 0, "ALLOW"],
		["junior", 99000, 0, "ALLOW"],
		["junior", 99000.01, 0, "DENY"],
		["junior", 0, 99000, "ALLOW"],
		["junior", 0, 99000.01, "DENY"],
		["junior", 50000, 49000, "ALLOW"],
		["junior", 50000, 49000.01, "DENY"],
		["junior", 100000, 0, "DENY"],
		["senior", 99000.01, 0, "ALLOW"],
		["senior", 9999000, 0, "ALLOW"],
		["senior", 5000000, 4999000, "ALLOW"],
		["senior", 5000000, 4999000.01, "DENY"],
	] {
		fixture.effect(moved(case[0], {"committed": case[1], "reserved": case[2]}, nothing)) == case[3]
	}
	fixture.denied_only_for(moved("junior", {"committed": 99000.01, "reserved": 0}, nothing), "trader_daily_limit")
}

test_the_clients_day if {
	every case in [
		[19999000, 0, "ALLOW"],
		[19999000, 0.01, "DENY"],
		[0, 19999000, "ALLOW"],
		[10000000, 9999000.01, "DENY"],
	] {
		fixture.effect(moved("senior", nothing, {"committed": case[0], "reserved": case[1]})) == case[2]
	}
	fixture.denied_only_for(moved("senior", nothing, {"committed": 20000000, "reserved": 0}), "client_daily_limit")
}

test_the_symbols_day if {
	every case in [
		[49999000, 0, "ALLOW"],
		[49999000, 0.01, "DENY"],
		[0, 49999000, "ALLOW"],
		[25000000, 24999000.01, "DENY"],
	] {
		fixture.effect(traded({"committed": case[0], "reserved": case[1]})) == case[2]
	}
	fixture.denied_only_for(traded({"committed": 50000000, "reserved": 0}), "symbol_daily_limit")
}

test_sales_add_up_too if {
	document := object.union(
		moved("junior", {"committed": 99000.01, "reserved": 0}, nothing),
		{"action": {"arguments": {"side": "SELL"}}},
	)
	fixture.denied_only_for(document, "trader_daily_limit")
}

test_the_refusal_says_what_is_left_today if {
	used := {"committed": 98000, "reserved": 750}
	denials := exposure.deny with input as object.union(moved("junior", used, nothing), {"action": {"arguments": {"amount": 2000}}})
	denials == {{
		"code": "trader_daily_limit",
		"field": "amount",
		"message": "1,250.00 of 100,000.00 USD left today for this trader; send at most that, or wait until tomorrow",
	}}
	of_symbol := exposure.deny with input as traded({"committed": 49999000.75, "reserved": 0})
	of_symbol == {{
		"code": "symbol_daily_limit",
		"field": "amount",
		"message": "999.25 of 50,000,000.00 USD left today for this symbol; send at most that, or wait until tomorrow",
	}}
}

test_less_than_nothing_is_never_left if {
	over := {"committed": 30000000, "reserved": 0}
	some reason in exposure.deny with input as moved("junior", nothing, over)
	reason.message == "0.00 of 20,000,000.00 USD left today for this client; send at most that, or wait until tomorrow"
}

test_figures_that_are_no_amounts_are_denied if {
	every whose in ["trader", "client", "symbol"] {
		every figure in ["committed", "reserved"] {
			path := concat("/", ["exposure", whose, figure])
			every value in array.concat(fixture.not_numbers, [-0.01, -100000]) {
				fixture.denied_only_for(
					fixture.replaced(fixture.trade, path, value),
					"exposure_unknown",
				)
			}
		}
	}
}

test_a_purchase_spends_what_is_there if {
	fixture.allowed(fixture.changed({"client": {"cash": 1000}}))
	fixture.denied_only_for(fixture.changed({"client": {"cash": 999.99}}), "cash_insufficient")
	fixture.denied_only_for(fixture.changed({"client": {"cash": 0}}), "cash_insufficient")
}

test_a_sale_needs_no_cash if {
	fixture.allowed(object.union(fixture.ordered({"side": "SELL"}), {"client": {"cash": 0}}))
}

selling(held) := object.union(fixture.ordered({"side": "SELL"}), {"client": {"positions": {"AAPL": held}}})

test_nothing_is_sold_short if {
	fixture.allowed(selling(1000))
	fixture.denied_only_for(selling(999.99), "short_sale")
	fixture.denied_only_for(selling(0), "short_sale")
	fixture.denied_only_for(fixture.removed(selling(0), "client/positions/AAPL"), "short_sale")
}

test_every_role_that_trades_has_a_daily_limit if {
	every role in data.tools.grants.execute_trade { data.exposure.trader_daily[role] > 0 }
	data.exposure.trader_daily.junior <= data.exposure.trader_daily.senior
	data.exposure.client_daily > 0
	data.exposure.symbol_daily > 0
}
