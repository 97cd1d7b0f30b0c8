# METADATA
# scope: package
# title: Who may use which tool
# description: >-
#   Comes in: the verified principal and the name of the tool. Goes out: `granted`, or why not. Roles and grants are
#   data; a role or tool that the data does not name may do nothing.
# related_resources:
#   - ref: https://www.ecfr.gov/current/title-17/section-240.15c3-5
#     description: >-
#       SEC Rule 15c3-5(c)(2)(iii): access to trading systems only for persons and accounts that were pre-approved and
#       authorized.
#   - ref: https://www.finra.org/rules-guidance/rulebooks/finra-rules/3110
#     description: >-
#       FINRA Rule 3110(b)(6)(C)(i): nobody supervises their own activities, hence a role for reviews that does not trade.
package finance.tools

import data.lib.check

principal_known if {
	check.filled(input.principal.id)
	check.filled(input.principal.issuer)
	check.filled(input.principal.tenant)
}

role := input.principal.role if {
	is_string(input.principal.role)
	data.tools.roles[input.principal.role]
}

tool := input.action.tool if {
	is_string(input.action.tool)
	data.tools.grants[input.action.tool]
}

role_granted if role in data.tools.grants[tool]

granted if {
	principal_known
	role_granted
}

deny contains {
	"code": "principal_unknown",
	"field": "principal",
	"message": "the caller's id, issuer and tenant must be known; sign in again",
} if {
	not principal_known
}

deny contains {
	"code": "role_unknown",
	"field": "principal.role",
	"message": sprintf("the caller has none of the roles that may act: %s", [concat(", ", sort(object.keys(data.tools.roles)))]),
} if {
	not role
}

deny contains {
	"code": "tool_unknown",
	"field": "tool",
	"message": sprintf("there is no such tool; there are %s", [concat(", ", sort(object.keys(data.tools.grants)))]),
} if {
	not tool
}

deny contains {
	"code": "tool_not_permitted",
	"field": "tool",
	"message": sprintf("%s may not use %s; it is for %s", [role, tool, concat(", ", sort(data.tools.grants[tool]))]),
} if {
	role
	tool
	not role_granted
}
