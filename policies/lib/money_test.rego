package lib.money_test

import data.lib.money

test_thousands_are_set_apart if {
	every written, amount in {
		"0": 0,
		"1": 1,
		"999": 999,
		"1,000": 1000,
		"4,000": 4000,
		"999,999": 999999,
		"1,000,000": 1000000,
		"12,045,006": 12045006,
		"1,000,000,000": 1000000000,
		"999,007,050,003": 999007050003,
		"1000,000,000,000": 1000000000000,
	} {
		money.text(amount) == written
	}
}

test_cents_are_written_where_there_are_any if {
	money.text(0.01) == "0.01"
	money.text(4000.5) == "4,000.50"
	money.text(1234567.89) == "1,234,567.89"
}

test_a_ledger_always_has_cents if {
	money.ledger(0) == "0.00"
	money.ledger(1250) == "1,250.00"
	money.ledger(100000) == "100,000.00"
	money.ledger(999999.99) == "999,999.99"
}

test_fractions_of_a_cent_are_rounded if {
	money.text(0.004) == "0"
	money.text(0.006) == "0.01"
	money.ledger(1999.999) == "2,000.00"
}
