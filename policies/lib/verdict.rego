# METADATA
# scope: package
# title: One verdict from many rules
# description: >-
#   What comes in: the set of denials, the set of reasons for a review, whether the action is allowed, and what a review
#   obliges to. What goes out: the one decision object that the governor reads. Nothing else in these policies builds
#   such an object, so no order of rules and no pair of rules can disagree about it.
package lib.verdict

# Any denial wins, then any review, then the permission; without one the answer is DENY. `sort` makes the reasons an
# array in an order that depends on their content alone: by code, then field, then message.
combine(denials, reviews, allowed, obligations) := {
	"decision": "DENY",
	"reasons": sort(denials),
	"obligations": {},
} if {
	count(denials) > 0
} else := {
	"decision": "MANUAL_REVIEW",
	"reasons": sort(reviews),
	"obligations": obligations,
} if {
	count(reviews) > 0
} else := {
	"decision": "ALLOW",
	"reasons": [],
	"obligations": {},
} if {
	allowed == true
} else := {
	"decision": "DENY",
	"reasons": [{
		"code": "not_permitted",
		"field": "action",
		"message": "no rule allows this action",
	}],
	"obligations": {},
}
