package lib.verdict_test

import data.lib.verdict

b := {"code": "b", "field": "f", "message": "m"}

a2 := {"code": "a", "field": "g", "message": "m"}

a1 := {"code": "a", "field": "f", "message": "m"}

duty := {"review": {"approver_roles": ["reviewer"]}}

test_any_denial_wins if {
	verdict.combine({b}, {a1}, true, duty) == {"decision": "DENY", "reasons": [b], "obligations": {}}
}

test_then_any_review if {
	verdict.combine(set(), {a1}, true, duty) == {"decision": "MANUAL_REVIEW", "reasons": [a1], "obligations": duty}
}

test_then_the_permission if {
	verdict.combine(set(), set(), true, duty) == {"decision": "ALLOW", "reasons": [], "obligations": {}}
}

test_otherwise_it_is_denied if {
	every permission in [false, null, 0, 1, "true", "ALLOW", [], {}] {
		decision := verdict.combine(set(), set(), permission, duty)
		decision.decision == "DENY"
		decision.reasons[0].code == "not_permitted"
	}
}

test_reasons_are_sorted_by_code_then_field if {
	verdict.combine({b, a2, a1}, set(), true, duty).reasons == [a1, a2, b]
	verdict.combine(set(), {b, a2, a1}, true, duty).reasons == [a1, a2, b]
}
