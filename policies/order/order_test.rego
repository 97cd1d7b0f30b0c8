package finance.order_test

import data.finance.fixture
import data.finance.order

test_symbols_are_one_spelling if {
	every written, symbol in {
		"AAPL": "AAPL",
		"aapl": "AAPL",
		" aApL\t": "AAPL",
		"brk.b": "BRK.B",
		"bf-b": "BF-B",
		"f": "F",
	} {
		found := order.symbol with input as fixture.ordered({"symbol": written})
		found == symbol
	}
}

# Through JSON, so that no editor or formatter turns the escapes into letters that only look like ours: a zero byte, a
# zero-width space, a Cyrillic A, a long s, a full-width A, a no-break space, a dotless i.
lookalikes := json.unmarshal(`["AAPL\u0000", "AAPL\u200b", "\u0410APL", "\u017fPY", "\uff21APL", "\u00a0AAPL", "\u0131BM"]`)

test_symbols_that_are_not_tickers_are_denied if {
	malformed := [
		"", " ", "1AAPL", "AAPL!", "AA PL", "AAPL.", "A..B",
		"ABCDEFGHIJKL", "__proto__", "AAPL\nMSFT", "BTC/USD",
	]
	every written in array.concat(malformed, lookalikes) {
		fixture.denied_for(fixture.ordered({"symbol": written}), "symbol_invalid")
		fixture.denied_only_for(
			object.union(fixture.quote, {"action": {"arguments": {"symbol": written}}}),
			"symbol_invalid",
		)
	}
}

test_a_symbol_that_is_not_text_is_denied if {
	every value in fixture.not_texts {
		document := fixture.replaced(fixture.trade, "action/arguments/symbol", value)
		fixture.denied_for(document, "symbol_invalid")
	}
}

test_letter_case_and_spaces_do_not_change_the_decision if {
	every symbol in ["AAPL", "aapl", " Aapl "] {
		every currency in ["USD", "usd", " Usd\n"] {
			fixture.allowed(fixture.ordered({"symbol": symbol, "currency": currency}))
		}
	}
}

test_sides_and_order_types_are_exact_words if {
	every side in ["buy", "Sell", "BUY ", "", "HOLD", null, true, 1, ["BUY"]] {
		fixture.denied_for(
			fixture.replaced(fixture.trade, "action/arguments/side", side),
			"side_invalid",
		)
	}
	every type in ["limit", "Market", "STOP", "", null, true, 1, ["LIMIT"]] {
		fixture.denied_for(
			fixture.replaced(fixture.trade, "action/arguments/order_type", type),
			"order_type_invalid",
		)
	}
}

test_amounts_that_are_not_numbers_are_denied if {
	every value in fixture.not_numbers {
		document := fixture.replaced(fixture.trade, "action/arguments/amount", value)
		fixture.denied_only_for(document, "amount_invalid")
	}
}

test_amounts_that_are_not_above_zero_are_denied if {
	every amount in [0, -0.01, -1, -1000, -1000000] {
		fixture.denied_only_for(fixture.ordered({"amount": amount}), "amount_invalid")
	}
}

test_amounts_beyond_reason_are_denied_before_anything_is_calculated if {
	every amount in [1000000000000.01, 1e30, 1e300] {
		fixture.denied_only_for(fixture.ordered({"amount": amount}), "amount_invalid")
	}
	fixture.denied_for(fixture.ordered({"amount": 1000000000000}), "order_over_limit")
}

test_dollars_have_two_places if {
	every amount in [0.01, 0.07, 1.1, 4321.55, 4999.99, 1000.10] { fixture.allowed(fixture.ordered({"amount": amount})) }
	every amount in [0.001, 0.005, 1.234, 1000.001, 4999.999] {
		fixture.denied_only_for(fixture.ordered({"amount": amount}), "amount_too_precise")
	}
}

yen_order(amount) := object.union(fixture.ordered({"amount": amount, "currency": "JPY", "limit_price": 2500}), {
	"instrument": {"currency": "JPY"},
	"market": {"last_price": 2500},
	"fx": {"currency": "JPY", "usd_per_unit": 0.0078125},
})

test_yen_have_no_places if {
	fixture.allowed(yen_order(100000))
	fixture.denied_only_for(yen_order(100000.5), "amount_too_precise")
}

test_limits_are_in_dollars_whatever_the_currency if {
	# 640,000 JPY at 1/128 dollar each are exactly 5,000 USD.
	fixture.allowed(yen_order(640000))
	fixture.reviewed_only_for(yen_order(640001), "order_needs_review")
	fixture.reviewed_only_for(yen_order(1280000), "order_needs_review")
	fixture.denied_only_for(yen_order(1280001), "order_over_limit")
}

test_a_currency_without_its_rate_is_denied if {
	base := yen_order(100000)
	fixture.denied_only_for(fixture.removed(base, "fx"), "fx_rate_missing")
	fixture.denied_only_for(object.union(base, {"fx": {"currency": "EUR"}}), "fx_rate_missing")
	every rate in [0, -1, "0.0078125", null, true] {
		document := fixture.replaced(base, "fx/usd_per_unit", rate)
		fixture.denied_only_for(document, "fx_rate_missing")
	}
}

test_no_rate_can_change_the_worth_of_a_dollar if {
	found := order.notional with input as fixture.changed({"fx": {"currency": "USD", "usd_per_unit": 0.000001}})
	found == 1000
}

test_currencies_that_are_not_accepted_are_denied if {
	odd := json.unmarshal(`["u\u017fd", "U\u200bSD", "USD\u0000"]`)
	every currency in array.concat(["", "US", "USDX", "SEK", "$", "U5D", "XXX"], odd) {
		fixture.denied_for(fixture.ordered({"currency": currency}), "currency_not_accepted")
	}
	every value in fixture.not_texts {
		fixture.denied_for(
			fixture.replaced(fixture.trade, "action/arguments/currency", value),
			"currency_not_accepted",
		)
	}
}

test_a_limit_order_needs_a_price_above_zero if {
	every price in array.concat(fixture.not_numbers, [0, -1, -252.5, 1e30]) {
		fixture.denied_for(
			fixture.replaced(fixture.trade, "action/arguments/limit_price", price),
			"limit_price_invalid",
		)
	}
}

test_a_market_order_has_no_price if {
	fixture.allowed(fixture.market_order({}))
	every price in [252.5, 0, "252.5", false, ""] {
		fixture.denied_only_for(
			fixture.ordered({"order_type": "MARKET", "limit_price": price}),
			"limit_price_not_applicable",
		)
	}
	fixture.allowed(fixture.ordered({"order_type": "MARKET", "limit_price": null}))
}

test_the_data_is_sound if {
	every _, currency in data.order.currencies { currency.units in {1, 10, 100, 1000} }
	every code, _ in data.order.crypto { code == upper(code) }
	every code, _ in data.order.restricted { code == upper(code) }
	every code, _ in data.order.currencies { not data.order.crypto[code] }
}
