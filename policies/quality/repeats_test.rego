package finance.quality_repeats_test

import data.finance.fixture

# The fixture's order, as it was recorded some nanoseconds before now.
placed(age) := {
	"client": "c-17",
	"symbol": "AAPL",
	"side": "BUY",
	"amount": 1000,
	"currency": "USD",
	"order_type": "LIMIT",
	"limit_price": 252.5,
	"placed_ns": fixture.now - age,
}

after(orders) := fixture.changed({"recent_orders": orders})

window := 10 * fixture.second

test_the_same_order_within_the_window_is_denied if {
	every age in [0, 1, fixture.second, window - 1] {
		fixture.denied_only_for(after([placed(age)]), "order_repeated")
	}
}

test_the_same_order_after_the_window_is_another_order if {
	every age in [window, window + 1, 3600 * fixture.second] { fixture.allowed(after([placed(age)])) }
}

test_an_order_from_a_clock_that_runs_ahead_counts if {
	fixture.denied_only_for(after([placed(-1)]), "order_repeated")
}

test_an_order_that_differs_in_anything_is_another_order if {
	every difference in [
		{"client": "c-18"},
		{"symbol": "MSFT"},
		{"side": "SELL"},
		{"amount": 1000.01},
		{"currency": "EUR"},
		{"limit_price": 252.51},
		{"order_type": "MARKET"},
	] {
		fixture.allowed(after([object.union(placed(1), difference)]))
	}
}

test_the_same_order_in_other_letters_is_the_same_order if {
	fixture.denied_only_for(
		object.union(after([placed(1)]), {"action": {"arguments": {"symbol": " aapl", "currency": "usd"}}}),
		"order_repeated",
	)
	fixture.denied_only_for(
		after([object.union(placed(1), {"symbol": "aapl", "currency": "usd"})]),
		"order_repeated",
	)
}

test_market_orders_repeat_too if {
	past := fixture.removed(object.union(placed(1), {"order_type": "MARKET"}), "limit_price")
	fixture.denied_only_for(
		object.union(fixture.market_order({}), {"recent_orders": [past]}),
		"order_repeated",
	)
}

test_the_repeat_is_found_among_many if {
	others := [object.union(placed(i), {"amount": 2000 + i}) | some i in numbers.range(1, 50)]
	fixture.allowed(after(others))
	fixture.denied_only_for(after(array.concat(others, [placed(5)])), "order_repeated")
	fixture.denied_only_for(after(array.concat([placed(5)], others)), "order_repeated")
}

test_recent_orders_that_are_no_list_are_denied if {
	every value in [null, true, 0, "", {}, {"orders": []}] {
		fixture.denied_only_for(
			fixture.replaced(fixture.trade, "recent_orders", value),
			"recent_orders_unknown",
		)
	}
}

test_one_entry_that_cannot_be_read_is_denied if {
	every field in ["client", "symbol", "side", "amount", "currency", "order_type", "limit_price", "placed_ns"] {
		broken := fixture.removed(object.union(placed(1), {"client": "c-99"}), field)
		fixture.denied_only_for(after([object.union(placed(1), {"amount": 5}), broken]), "recent_orders_unknown")
		nothing := fixture.replaced(placed(1), field, null)
		fixture.denied_only_for(after([nothing]), "recent_orders_unknown")
	}
	every entry in [null, 0, "", [], {}] { fixture.denied_only_for(after([entry]), "recent_orders_unknown") }
}
