# METADATA
# scope: package
# title: Does the purchase suit this client
# description: >-
#   Comes in: the order, the product's risk rating, the client's profile, cash and positions. Goes out: `assessed`, and for
#   a purchase the reasons to deny it or to have it reviewed. A sale takes risk away and is not judged here, but is not
#   made for a client whose records cannot be read either.
# related_resources:
#   - ref: https://www.finra.org/rules-guidance/rulebooks/finra-rules/2111
#     description: >-
#       FINRA Rule 2111(a) and Supplementary Material .05(b), customer-specific suitability: a reasonable basis to believe
#       that the recommendation suits the customer's investment profile, risk tolerance included.
#   - ref: https://www.ecfr.gov/current/title-17/section-240.15l-1
#     description: >-
#       Regulation Best Interest, 17 CFR 240.15l-1(a)(2)(ii), which governs recommendations to retail customers in place of
#       Rule 2111 (Supplementary Material .08 there).
package finance.suitability

import data.finance.order
import data.lib.check
import data.lib.money

highest_rating := data.suitability.highest_rating[input.client.risk_profile] if is_string(input.client.risk_profile)

rating := input.instrument.rating if input.instrument.rating in {1, 2, 3, 4, 5}

cash := input.client.cash if check.not_negative(input.client.cash)

cash_known if is_number(cash)

positions_readable if {
	is_object(input.client.positions)
	every value in input.client.positions { check.not_negative(value) }
}

# Cash turns into the position, so an order leaves the portfolio's worth as it is.
portfolio := cash + sum([value | some value in input.client.positions]) if positions_readable

held := object.get(input.client.positions, order.symbol, 0) if positions_readable

held_after := held + order.notional if order.side == "BUY"

assessed if {
	highest_rating
	rating
	cash_known
	positions_readable
}

steps_above := rating - highest_rating if order.side == "BUY"

deny contains {
	"code": "risk_profile_unknown",
	"field": "client",
	"message": "the client has no risk profile on record; complete it before trading",
} if {
	not highest_rating
}

deny contains {
	"code": "product_not_rated",
	"field": "symbol",
	"message": "the product has no risk rating from 1 to 5; it must be rated before it is traded",
} if {
	not rating
}

deny contains {
	"code": "portfolio_unknown",
	"field": "client",
	"message": "the client's cash and positions are not known, so nothing can be traded for this client now",
} if {
	not portfolio_known
}

portfolio_known if {
	cash_known
	positions_readable
}

deny contains {
	"code": "unsuitable_risk",
	"field": "symbol",
	"message": sprintf("the product's risk rating is %d, the client's profile (%s) goes up to %d; choose a product rated %d or lower", [rating, input.client.risk_profile, highest_rating, highest_rating]),
} if {
	steps_above > data.suitability.ratings_above_profile_with_review
}

review contains {
	"code": "risk_above_profile",
	"field": "symbol",
	"message": sprintf("the product's risk rating is %d, the client's profile (%s) goes up to %d; a reviewer decides", [rating, input.client.risk_profile, highest_rating]),
} if {
	steps_above > 0
	steps_above <= data.suitability.ratings_above_profile_with_review
}

deny contains {
	"code": "concentration_too_high",
	"field": "amount",
	"message": sprintf("%s would be more than %v %% of the client's portfolio of %s USD; buy less of it", [order.symbol, data.suitability.concentration_percent.review, money.text(portfolio)]),
} if {
	held_after * 100 > portfolio * data.suitability.concentration_percent.review
}

review contains {
	"code": "concentration_needs_review",
	"field": "amount",
	"message": sprintf("%s would be more than %v %% of the client's portfolio of %s USD; a reviewer decides, or buy less of it", [order.symbol, data.suitability.concentration_percent.allow, money.text(portfolio)]),
} if {
	held_after * 100 > portfolio * data.suitability.concentration_percent.allow
	held_after * 100 <= portfolio * data.suitability.concentration_percent.review
}
