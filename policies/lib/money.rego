# METADATA
# scope: package
# title: Amounts of money as people read them
# description: >-
#   For messages only: nothing is compared as text. Amounts are not negative and rounded to cents.
package lib.money

# "4,000" or "4,000.50": cents only where there are any.
text(amount) := grouped(floor(round(amount * 100) / 100)) if {
	round(amount * 100) % 100 == 0
} else := ledger(amount)

# "1,250.00": always with cents, as in a ledger.
ledger(amount) := sprintf("%s.%02d", [grouped(floor(cents / 100)), cents % 100]) if {
	cents := round(amount * 100)
}

# Thousands set apart; `whole` is a whole number.
grouped(whole) := sprintf("%d", [whole]) if {
	whole < 1000
} else := sprintf("%d,%03d", [floor(whole / 1000), whole % 1000]) if {
	whole < 1000000
} else := sprintf("%d,%03d,%03d", [floor(whole / 1000000), floor(whole / 1000) % 1000, whole % 1000]) if {
	whole < 1000000000
} else := sprintf("%d,%03d,%03d,%03d", [
	floor(whole / 1000000000),
	floor(whole / 1000000) % 1000,
	floor(whole / 1000) % 1000,
	whole % 1000,
])
