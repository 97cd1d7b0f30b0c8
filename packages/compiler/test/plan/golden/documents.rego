package documents

decision := {"whole": data.shop, "one": data.shop[input.name], "each": [k | data.shop[k].price > 1]}
