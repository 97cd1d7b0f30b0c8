package finance.clients_test

import data.finance.fixture

test_another_tenants_client_is_not_accessible if {
	every document in [fixture.portfolio, fixture.trade] {
		fixture.denied_only_for(object.union(document, {"client": {"tenant": "south"}}), "client_not_accessible")
	}
}

test_a_record_of_another_client_is_not_taken if {
	every document in [fixture.portfolio, fixture.trade] {
		fixture.denied_only_for(object.union(document, {"client": {"id": "c-18"}}), "client_not_accessible")
		fixture.denied_only_for(
			object.union(document, {"action": {"arguments": {"client": "c-18"}}}),
			"client_not_accessible",
		)
	}
}

test_the_client_is_compared_exactly if {
	every id in ["C-17", "c-17 ", " c-17", ""] {
		fixture.denied_for(fixture.ordered({"client": id}), "client_not_accessible")
	}
}

test_a_client_that_is_not_text_is_denied_even_where_both_agree if {
	every id in [null, 17, true, false, [], ["c-17"], {}, ""] {
		document := json.patch(fixture.portfolio, [
			{"op": "replace", "path": "action/arguments/client", "value": id},
			{"op": "replace", "path": "client/id", "value": id},
		])
		fixture.denied_only_for(document, "client_not_accessible")
	}
}

test_two_absent_tenants_are_not_the_same_tenant if {
	document := json.remove(fixture.portfolio, ["client/tenant", "principal/tenant"])
	fixture.denied_for(document, "client_not_accessible")
	nulls := json.patch(fixture.portfolio, [
		{"op": "replace", "path": "client/tenant", "value": null},
		{"op": "replace", "path": "principal/tenant", "value": null},
	])
	fixture.denied_for(nulls, "client_not_accessible")
}

test_a_quote_needs_no_client if fixture.allowed(fixture.quote)
