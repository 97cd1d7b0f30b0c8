package limits

default decision := "DENY"

bounds := {"junior": {"allow": 5000, "review": 10000}, "senior": {"allow": 500000, "review": 1000000}}

tradable if {
	input.action == "execute_trade"
	input.amount > 0
	not upper(input.currency) in {"BTC", "ETH"}
}

decision := "ALLOW" if {
	tradable
	input.amount <= bounds[input.role].allow
} else := "MANUAL_REVIEW" if {
	tradable
	input.amount <= bounds[input.role].review
}
