package shop

apple.price := 2

pear := {"price": 1}

price_of(x) := x.price
