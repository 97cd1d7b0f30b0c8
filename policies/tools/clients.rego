# METADATA
# scope: package
# title: For which client
# description: >-
#   Comes in: the client that the action names, the client record that the governor looked up, and the principal's
#   tenant. Goes out: `accessible`, or why not. The record is compared with the action, so a record that was looked up
#   for another client is noticed and not traded on.
# related_resources:
#   - ref: https://www.ecfr.gov/current/title-17/section-248.30
#     description: >-
#       Regulation S-P, 17 CFR 248.30(a): customer records are protected from access that is not authorized.
package finance.clients

import data.lib.check

# The client that the action is for and whose record came with it.
id := input.action.arguments.client if {
	check.filled(input.action.arguments.client)
	input.client.id == input.action.arguments.client
}

same_tenant if {
	check.filled(input.principal.tenant)
	input.client.tenant == input.principal.tenant
}

accessible if {
	id
	same_tenant
}

# One answer for "there is no such client", "the wrong record" and "another firm's client": a caller learns nothing
# about clients that are not theirs.
deny contains {
	"code": "client_not_accessible",
	"field": "client",
	"message": "there is no such client for this caller; name a client of your own firm",
} if {
	not accessible
}
