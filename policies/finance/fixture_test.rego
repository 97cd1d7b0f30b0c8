# Documents that the tests start from, and short ways to ask for a decision. Only tests import it.
package finance.fixture

import data.finance

# Monday, 23 November 2026, 15:00 UTC: 10:00 in New York, an ordinary working day.
now := 1795446000000000000

second := 1000000000

trade := {
	"now_ns": now,
	"principal": {"id": "t-1", "issuer": "https://id.example.test", "tenant": "north", "role": "junior"},
	"action": {
		"tool": "execute_trade",
		"arguments": {
			"client": "c-17",
			"symbol": "AAPL",
			"side": "BUY",
			"amount": 1000,
			"currency": "USD",
			"order_type": "LIMIT",
			"limit_price": 252.5,
		},
	},
	"instrument": {"symbol": "AAPL", "class": "EQUITY", "rating": 3, "currency": "USD", "venue": "XNAS"},
	"market": {
		"symbol": "AAPL",
		"status": "OPEN",
		"last_price": 250,
		"average_daily_volume": 50000000,
		"as_of_ns": now - second,
	},
	"client": {
		"id": "c-17",
		"tenant": "north",
		"risk_profile": "growth",
		"drawdown_percent": 1.5,
		"cash": 8000000,
		"positions": {"AAPL": 400000, "BND": 1600000},
	},
	"exposure": {
		"trader": {"committed": 0, "reserved": 0},
		"client": {"committed": 0, "reserved": 0},
		"symbol": {"committed": 0, "reserved": 0},
	},
	"recent_orders": [],
}

quote := {
	"principal": {"id": "a-1", "issuer": "https://id.example.test", "tenant": "north", "role": "analyst"},
	"action": {"tool": "get_quote", "arguments": {"symbol": "AAPL"}},
}

portfolio := {
	"principal": {"id": "t-1", "issuer": "https://id.example.test", "tenant": "north", "role": "junior"},
	"action": {"tool": "get_portfolio", "arguments": {"client": "c-17"}},
	"client": {"id": "c-17", "tenant": "north"},
}

# The trade with some parts replaced; nested objects are merged.
changed(changes) := object.union(trade, changes)

# The trade with some arguments replaced.
ordered(arguments) := changed({"action": {"arguments": arguments}})

# The trade without one field.
without(path) := removed(trade, path)

# A document without one field. Paths are names joined by slashes, at most three.
removed(document, path) := edited(document, split(path, "/"), {})

# A document with another value in one field, in place of the old one (object.union would merge objects).
replaced(document, path, value) := edited(document, split(path, "/"), {"value": value})

# The field becomes `found.value`, or is missing where there is none. One rule for each depth: Rego has no recursion.
edited(document, [name], found) := with_field(document, name, found)

edited(document, [first, name], found) := with_field(document, first, {"value": with_field(document[first], name, found)})

edited(document, [first, second, name], found) := with_field(document, first, {"value": inner}) if {
	innermost := with_field(document[first][second], name, found)
	inner := with_field(document[first], second, {"value": innermost})
}

with_field(document, name, found) := object.union(
	object.remove(document, [name]),
	{name: value | some value in found},
)

# The same as a MARKET order, which has no limit price.
market_order(arguments) := removed(ordered(object.union(arguments, {"order_type": "MARKET"})), "action/arguments/limit_price")

as_senior(document) := object.union(document, {"principal": {"role": "senior"}})

effect(document) := found if {
	found := finance.decision.decision with input as document
}

codes(document) := {reason.code | some reason in found} if {
	found := finance.decision.reasons with input as document
}

denied_for(document, code) if {
	effect(document) == "DENY"
	code in codes(document)
}

# Denied for this and nothing else.
denied_only_for(document, code) if {
	effect(document) == "DENY"
	codes(document) == {code}
}

reviewed_only_for(document, code) if {
	effect(document) == "MANUAL_REVIEW"
	codes(document) == {code}
}

allowed(document) if {
	decision := finance.decision with input as document
	decision == {"decision": "ALLOW", "reasons": [], "obligations": {}}
}

# What hostile or careless callers send in place of a number or a name.
not_numbers := ["", "1000", "NaN", "Infinity", "1e3", "-1", null, true, false, [], [1000], {}, {"amount": 1000}]

not_texts := [null, true, false, 0, 17, [], ["AAPL"], {}, {"symbol": "AAPL"}]
