package finance

default decision := "DENY"

decision := "ALLOW" if {
	input.role == "junior"
	input.amount <= 1000
}

decision := "MANUAL_REVIEW" if {
	input.role == "junior"
	input.amount > 1000
	input.amount <= 10000
}
