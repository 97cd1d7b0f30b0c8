package finance.tools_test

import data.finance.fixture
import data.finance.tools

as_role(document, role) := object.union(document, {"principal": {"role": role}})

test_who_may_use_which_tool if {
	every role, may in {
		"analyst": {"get_quote"},
		"junior": {"get_quote", "get_portfolio", "execute_trade"},
		"senior": {"get_quote", "get_portfolio", "execute_trade"},
		"reviewer": {"get_quote", "get_portfolio"},
	} {
		every tool, document in {
			"get_quote": fixture.quote,
			"get_portfolio": fixture.portfolio,
			"execute_trade": fixture.trade,
		} {
			fixture.effect(as_role(document, role)) == {true: "ALLOW", false: "DENY"}[tool in may]
		}
	}
}

test_an_analyst_is_told_who_may_trade if {
	fixture.denied_for(as_role(fixture.trade, "analyst"), "tool_not_permitted")
	some reason in tools.deny with input as as_role(fixture.trade, "analyst")
	reason.message == "analyst may not use execute_trade; it is for junior, senior"
}

test_a_reviewer_does_not_trade if fixture.denied_for(as_role(fixture.trade, "reviewer"), "tool_not_permitted")

test_an_unknown_role_may_do_nothing if {
	every role in ["", "Junior", "SENIOR", "junior ", "admin", "root", "__proto__", "constructor"] {
		every document in [fixture.quote, fixture.portfolio, fixture.trade] {
			fixture.denied_only_for(as_role(document, role), "role_unknown")
		}
	}
}

test_a_role_that_is_not_text_may_do_nothing if {
	every role in [null, true, 0, ["senior"], {"senior": true}] {
		document := fixture.replaced(fixture.quote, "principal/role", role)
		fixture.denied_for(document, "role_unknown")
	}
}

test_an_unknown_tool_is_denied_for_every_role if {
	every role in ["analyst", "junior", "senior", "reviewer"] {
		every tool in ["", "Execute_Trade", "execute_trade ", "EXECUTE_TRADE", "transfer_funds", "__proto__", "toString"] {
			document := object.union(as_role(fixture.trade, role), {"action": {"tool": tool}})
			fixture.denied_only_for(document, "tool_unknown")
		}
	}
}

test_a_tool_that_is_not_text_is_denied if {
	every tool in fixture.not_texts {
		document := fixture.replaced(fixture.trade, "action/tool", tool)
		fixture.denied_only_for(document, "tool_unknown")
	}
}

test_a_principal_without_a_name_an_issuer_or_a_tenant_is_denied if {
	every field in ["id", "issuer", "tenant"] {
		every value in ["", null, 0, true, [], ["t-1"], {}] {
			path := concat("/", ["principal", field])
			document := fixture.replaced(fixture.quote, path, value)
			fixture.denied_only_for(document, "principal_unknown")
		}
	}
}

test_a_role_that_the_caller_claims_in_the_action_counts_for_nothing if {
	document := object.union(as_role(fixture.trade, "analyst"), {"action": {
		"role": "senior",
		"principal": {"role": "senior"},
		"arguments": {"role": "senior"},
	}})
	fixture.denied_for(document, "tool_not_permitted")
}

test_the_data_names_only_known_roles if {
	every _, roles in data.tools.grants {
		every role in roles { data.tools.roles[role] }
	}
	every role in data.tools.approver_roles { data.tools.roles[role] }
}

test_nobody_who_trades_approves if {
	every role in data.tools.approver_roles { not role in data.tools.grants.execute_trade }
}
