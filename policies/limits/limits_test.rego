package finance.limits_test

import data.finance.fixture
import data.finance.limits

order_of(role, amount) := object.union(fixture.ordered({"amount": amount}), {"principal": {"role": role}})

test_each_bound_of_each_role if {
	every case in [
		["junior", 0.01, "ALLOW"],
		["junior", 4999.99, "ALLOW"],
		["junior", 5000, "ALLOW"],
		["junior", 5000.01, "MANUAL_REVIEW"],
		["junior", 9999.99, "MANUAL_REVIEW"],
		["junior", 10000, "MANUAL_REVIEW"],
		["junior", 10000.01, "DENY"],
		["junior", 500000, "DENY"],
		["senior", 0.01, "ALLOW"],
		["senior", 10000.01, "ALLOW"],
		["senior", 499999.99, "ALLOW"],
		["senior", 500000, "ALLOW"],
		["senior", 500000.01, "MANUAL_REVIEW"],
		["senior", 1000000, "MANUAL_REVIEW"],
		["senior", 1000000.01, "DENY"],
	] {
		fixture.effect(order_of(case[0], case[1])) == case[2]
	}
}

test_only_the_limit_speaks_at_the_bounds if {
	fixture.reviewed_only_for(order_of("junior", 5000.01), "order_needs_review")
	fixture.denied_only_for(order_of("junior", 10000.01), "order_over_limit")
	fixture.reviewed_only_for(order_of("senior", 1000000), "order_needs_review")
	fixture.denied_only_for(order_of("senior", 1000000.01), "order_over_limit")
}

test_a_hair_above_the_bound_is_above_it if {
	order := fixture.ordered({"amount": 5000.001})
	not fixture.allowed(order)
}

test_roles_that_do_not_trade_have_no_limit if {
	every role in ["analyst", "reviewer"] {
		fixture.denied_for(order_of(role, 1), "order_limit_missing")
	}
}

test_the_message_says_how_much_too_much_and_what_would_do if {
	over := limits.deny with input as order_of("junior", 14000)
	over == {{
		"code": "order_over_limit",
		"field": "amount",
		"message": concat("", [
			"4,000 USD over the junior limit of 10,000 USD for one order; ",
			"at most 10,000 USD with a review, at most 5,000 USD without",
		]),
	}}
	review := limits.review with input as order_of("senior", 750000.50)
	review == {{
		"code": "order_needs_review",
		"field": "amount",
		"message": concat("", [
			"250,000.50 USD over the senior limit of 500,000 USD for an order without a review; ",
			"a reviewer decides, or send at most 500,000 USD",
		]),
	}}
}

test_what_is_denied_is_not_also_put_to_review if {
	found := limits.review with input as order_of("junior", 14000)
	count(found) == 0
}

test_the_bounds_are_sound if {
	every role, bounds in data.limits.order {
		data.tools.roles[role]
		bounds.allow > 0
		bounds.allow < bounds.review
	}
	data.limits.order.junior.review <= data.limits.order.senior.allow
	every role in data.tools.grants.execute_trade { data.limits.order[role] }
}
