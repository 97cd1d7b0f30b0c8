package iteration

decision := {"names": names, "grouped": grouped, "all": all_positive}

names contains name if some {"name": name} in input.items

grouped[kind] contains item.id if {
	some item in input.items
	kind := item.kind
}

all_positive if every item in input.items { item.amount > 0 }

big(x) := y if [x, y] = [x, x * 2]

doubled := [big(v) | v := input.items[_].amount]
