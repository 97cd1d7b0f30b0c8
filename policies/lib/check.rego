# METADATA
# scope: package
# title: What a value must be before it is compared
# description: >-
#   Rego orders values of different types (every text is greater than every number), so a comparison alone does not prove
#   that a number came in. These functions are true for a value of the right kind and undefined for everything else.
#   Callers wrap them in a rule with a name and negate the name: `not check.positive(input.x)` would be undefined, and
#   so silent, where `input.x` is absent.
package lib.check

positive(value) if {
	is_number(value)
	value > 0
}

not_negative(value) if {
	is_number(value)
	value >= 0
}

filled(value) if {
	is_string(value)
	value != ""
}

# Nanoseconds since 1970-01-01 UTC, whole, below the range of a signed 64-bit integer (the year 2255), beyond which the
# time built-ins have no answer.
instant(value) if {
	is_number(value)
	value > 0
	value < 9000000000000000000
	floor(value) == value
}
