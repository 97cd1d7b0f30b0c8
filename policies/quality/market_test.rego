package finance.quality_market_test

import data.finance.fixture

test_a_market_order_up_to_one_percent_of_the_volume if {
	# 20,000 shares at 250 are 5,000,000 a day; 1 % of it is 50,000.
	thin := {"market": {"average_daily_volume": 20000}}
	every amount in [49999.99, 50000] {
		fixture.allowed(fixture.as_senior(object.union(fixture.market_order({"amount": amount}), thin)))
	}
	every amount in [50000.01, 400000] {
		fixture.denied_only_for(
			fixture.as_senior(object.union(fixture.market_order({"amount": amount}), thin)),
			"market_order_too_large",
		)
	}
}

test_a_limit_order_may_be_larger if {
	document := fixture.as_senior(object.union(fixture.ordered({"amount": 400000}), {"market": {"average_daily_volume": 20000}}))
	fixture.allowed(document)
}

test_a_limit_price_within_ten_percent_of_the_last_trade if {
	every price in [225, 225.01, 250, 274.99, 275] { fixture.allowed(fixture.ordered({"limit_price": price})) }
	every price in [224.99, 275.01, 1, 2500] {
		fixture.denied_only_for(fixture.ordered({"limit_price": price}), "limit_price_outside_collar")
	}
}

test_the_collar_holds_for_sales_too if {
	fixture.allowed(fixture.ordered({"side": "SELL", "limit_price": 225}))
	fixture.denied_only_for(fixture.ordered({"side": "SELL", "limit_price": 224.99}), "limit_price_outside_collar")
}

test_prices_and_volumes_that_are_no_numbers_above_zero if {
	every field in ["last_price", "average_daily_volume"] {
		path := concat("/", ["market", field])
		every value in array.concat(fixture.not_numbers, [0, -1, 1e30]) {
			fixture.denied_only_for(
				fixture.replaced(fixture.trade, path, value),
				"market_data_missing",
			)
		}
	}
}

test_a_snapshot_of_another_symbol_is_not_taken if {
	fixture.denied_only_for(fixture.changed({"market": {"symbol": "MSFT"}}), "market_data_missing")
}

test_a_snapshot_is_at_most_a_minute_old if {
	every age in [0, 1, 60 * fixture.second] {
		fixture.allowed(fixture.changed({"market": {"as_of_ns": fixture.now - age}}))
	}
	every age in [(60 * fixture.second) + 1, 3600 * fixture.second, -1] {
		fixture.denied_only_for(fixture.changed({"market": {"as_of_ns": fixture.now - age}}), "market_data_stale")
	}
}

test_a_snapshot_without_a_time_is_stale if {
	every value in array.concat(fixture.not_numbers, [0, -1, 1.5]) {
		fixture.denied_only_for(
			fixture.replaced(fixture.trade, "market/as_of_ns", value),
			"market_data_stale",
		)
	}
}

test_only_the_word_open_means_open if {
	every status in ["HALTED", "CLOSED", "open", "Open ", "", null, true, 1] {
		fixture.denied_only_for(
			fixture.replaced(fixture.trade, "market/status", status),
			"market_not_open",
		)
	}
}

test_nothing_is_bought_in_a_drawdown_above_four_and_a_half_percent if {
	every drawdown in [0, 4.49, 4.5] { fixture.allowed(fixture.changed({"client": {"drawdown_percent": drawdown}})) }
	every drawdown in [4.500001, 4.51, 5, 100] {
		fixture.denied_only_for(fixture.changed({"client": {"drawdown_percent": drawdown}}), "drawdown_too_deep")
	}
}

test_in_a_drawdown_things_may_be_sold if {
	fixture.allowed(object.union(fixture.ordered({"side": "SELL"}), {"client": {"drawdown_percent": 30}}))
}

test_a_drawdown_that_is_no_percentage_stops_everything if {
	every side in ["BUY", "SELL"] {
		every value in array.concat(fixture.not_numbers, [-0.01, 100.01, 1e30]) {
			document := fixture.replaced(fixture.ordered({"side": side}), "client/drawdown_percent", value)
			fixture.denied_only_for(document, "drawdown_unknown")
		}
	}
}
