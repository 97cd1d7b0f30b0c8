/** Up to 1,000 is allowed, up to 2,000 needs a person, more is refused; 50,000,000 a day for a client. */
export const chaosPolicy = `package chaos

default decision := {"decision": "DENY", "reasons": [{"code": "not_permitted", "message": "not permitted"}]}

amount := input.action.arguments.amount

permitted if {
  input.principal.role in {"junior", "senior"}
  input.action.tool == "place_order"
  amount > 0
}

decision := {"decision": "ALLOW"} if {
  permitted
  amount <= 1000
}

decision := {
  "decision": "MANUAL_REVIEW",
  "reasons": [{"code": "large_order", "message": "over 1,000"}],
  "obligations": {"review": {"approver_roles": ["reviewer"]}},
} if {
  permitted
  amount > 1000
  amount <= 2000
}
`;

export const chaosEntrypoint = "chaos/decision";
