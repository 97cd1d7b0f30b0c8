package finance.suitability_test

import data.finance.fixture
import data.finance.suitability

rated(profile, rating, side) := object.union(fixture.ordered({"side": side}), {
	"client": {"risk_profile": profile},
	"instrument": {"rating": rating},
})

test_the_products_rating_against_the_clients_profile if {
	every case in [
		["conservative", 1, "ALLOW"],
		["conservative", 2, "ALLOW"],
		["conservative", 3, "MANUAL_REVIEW"],
		["conservative", 4, "DENY"],
		["conservative", 5, "DENY"],
		["moderate", 3, "ALLOW"],
		["moderate", 4, "MANUAL_REVIEW"],
		["moderate", 5, "DENY"],
		["growth", 4, "ALLOW"],
		["growth", 5, "MANUAL_REVIEW"],
		["aggressive", 5, "ALLOW"],
	] {
		fixture.effect(rated(case[0], case[1], "BUY")) == case[2]
	}
}

test_only_the_profile_speaks if {
	fixture.reviewed_only_for(rated("moderate", 4, "BUY"), "risk_above_profile")
	fixture.denied_only_for(rated("moderate", 5, "BUY"), "unsuitable_risk")
}

test_what_does_not_suit_may_be_sold if {
	every profile in ["conservative", "moderate", "growth"] { fixture.allowed(rated(profile, 5, "SELL")) }
}

test_an_unknown_profile_is_denied_for_purchases_and_sales if {
	every side in ["BUY", "SELL"] {
		every profile in ["", "Growth", "growth ", "reckless", "__proto__", null, 5, true, ["growth"]] {
			document := fixture.replaced(fixture.ordered({"side": side}), "client/risk_profile", profile)
			fixture.denied_only_for(document, "risk_profile_unknown")
		}
	}
}

test_a_rating_that_is_none_is_denied if {
	every rating in [0, 6, -1, 2.5, "3", null, true, [3]] {
		fixture.denied_only_for(
			fixture.replaced(fixture.trade, "instrument/rating", rating),
			"product_not_rated",
		)
	}
}

# A portfolio of 100,000 USD: `held` of it in AAPL, 10,000 in cash, the rest in BND.
small(held, amount) := object.union(fixture.as_senior(fixture.ordered({"amount": amount})), {"client": {
	"cash": 10000,
	"positions": {"AAPL": held, "BND": 90000 - held},
}})

test_concentration_after_the_trade if {
	every case in [
		[20000, 4999.99, "ALLOW"],
		[20000, 5000, "ALLOW"],
		[20000, 5000.01, "MANUAL_REVIEW"],
		[35000, 5000, "MANUAL_REVIEW"],
		[35000, 5000.01, "DENY"],
		[0, 10000, "ALLOW"],
	] {
		fixture.effect(small(case[0], case[1])) == case[2]
	}
	fixture.reviewed_only_for(small(20000, 5000.01), "concentration_needs_review")
	fixture.denied_only_for(small(35000, 5000.01), "concentration_too_high")
}

test_a_first_purchase_counts_from_zero if {
	document := fixture.removed(small(20000, 10000), "client/positions/AAPL")
	fixture.allowed(document)
}

test_a_sale_is_never_too_concentrated if {
	fixture.allowed(object.union(small(80000, 4000), {"action": {"arguments": {"side": "SELL"}}}))
}

test_an_empty_portfolio_buys_nothing if {
	document := fixture.replaced(fixture.replaced(fixture.trade, "client/cash", 0), "client/positions", {})
	fixture.denied_for(document, "concentration_too_high")
	fixture.denied_for(document, "cash_insufficient")
}

test_cash_or_positions_that_cannot_be_read_are_denied if {
	every value in array.concat(fixture.not_numbers, [-0.01]) {
		fixture.denied_only_for(
			fixture.replaced(fixture.trade, "client/cash", value),
			"portfolio_unknown",
		)
		fixture.denied_only_for(
			fixture.replaced(fixture.trade, "client/positions/BND", value),
			"portfolio_unknown",
		)
	}
	every value in [null, true, 0, "", [], [1000]] {
		fixture.denied_only_for(
			fixture.replaced(fixture.trade, "client/positions", value),
			"portfolio_unknown",
		)
	}
}

test_the_messages_name_the_threshold if {
	some reason in suitability.deny with input as small(35000, 6000)
	reason.message == "AAPL would be more than 40 % of the client's portfolio of 100,000 USD; buy less of it"
	some rating in suitability.review with input as rated("moderate", 4, "BUY")
	rating.message == "the product's risk rating is 4, the client's profile (moderate) goes up to 3; a reviewer decides"
}

test_the_thresholds_are_sound if {
	data.suitability.concentration_percent.allow < data.suitability.concentration_percent.review
	every _, highest in data.suitability.highest_rating { highest in {1, 2, 3, 4, 5} }
}
