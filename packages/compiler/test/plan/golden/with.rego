package using

decision := results

allowed if input.role in data.roles

twice(x) := x * 2

results contains "input" if allowed with input.role as "admin"

results contains "data" if allowed with data.roles as ["a", "b"]

results contains "rule" if not allowed with data.using.allowed as false

results contains n if n := twice(4) with twice as 7

results contains n if n := count([1]) with count as twice_count

twice_count(x) := 2 * count(x)
