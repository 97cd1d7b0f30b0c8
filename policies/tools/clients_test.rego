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
		document := fixture.replaced(fixture.replaced(fixture.portfolio, "action/arguments/client", id), "client/id", id)
		fixture.denied_only_for(document, "client_not_accessible")
	}
}

test_two_absent_tenants_are_not_the_same_tenant if {
	document := fixture.removed(fixture.removed(fixture.portfolio, "client/tenant"), "principal/tenant")
	fixture.denied_for(document, "client_not_accessible")
	nulls := fixture.replaced(fixture.replaced(fixture.portfolio, "client/tenant", null), "principal/tenant", null)
	fixture.denied_for(nulls, "client_not_accessible")
}

test_a_quote_needs_no_client if fixture.allowed(fixture.quote)
