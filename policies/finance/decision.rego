# METADATA
# scope: package
# title: The decision on an action of the financial advisor
# description: >-
#   Comes in: the input document of policies/README.md. Goes out: `decision`, an object with `decision` (ALLOW, DENY or
#   MANUAL_REVIEW), `reasons` and `obligations`. This package decides nothing by itself: it says which concerns speak for
#   which tool and hands what they said to lib.verdict.
#
#   Two locks, so that a mistake in one rule does not open the door. A denial closes it; and `allow` opens it only when
#   every concern states that it had all it needed to judge (`assessed`), so a comparison that was silently undefined ends
#   in DENY and not in ALLOW.
package finance

import data.finance.clients
import data.finance.exposure
import data.finance.instruments
import data.finance.limits
import data.finance.order
import data.finance.quality
import data.finance.suitability
import data.finance.tools
import data.lib.verdict

# Only a data document that lacks its thresholds leads here.
default decision := {
	"decision": "DENY",
	"reasons": [{
		"code": "policy_data_missing",
		"field": "action",
		"message": "the policy was deployed without its data, so nothing can be decided",
	}],
	"obligations": {},
}

# METADATA
# title: The entrypoint
# entrypoint: true
decision := verdict.combine(deny, review, allow, {"review": {"approver_roles": data.tools.approver_roles}})

default allow := false

allow if {
	tools.granted
	tools.tool == "get_quote"
	order.symbol
}

allow if {
	tools.granted
	tools.tool == "get_portfolio"
	clients.accessible
}

allow if trade_assessed

trade_assessed if {
	tools.granted
	tools.tool == "execute_trade"
	clients.accessible
	order.well_formed
	instruments.tradable
	limits.assessed
	quality.assessed
	suitability.assessed
	exposure.assessed
}

deny contains reason if some reason in tools.deny

deny contains order.symbol_malformed if {
	tools.tool == "get_quote"
	not order.symbol
}

deny contains reason if {
	tools.tool in {"get_portfolio", "execute_trade"}
	some reason in clients.deny
}

deny contains reason if {
	tools.tool == "execute_trade"
	some reason in trade_denials
}

trade_denials contains reason if some reason in order.deny

trade_denials contains reason if some reason in instruments.deny

trade_denials contains reason if some reason in limits.deny

trade_denials contains reason if some reason in quality.deny

trade_denials contains reason if some reason in suitability.deny

trade_denials contains reason if some reason in exposure.deny

# A person is asked only about an action that is complete: a reviewer must not have to notice what policy could not read.
review contains reason if {
	trade_assessed
	some reason in limits.review
}

review contains reason if {
	trade_assessed
	some reason in suitability.review
}
