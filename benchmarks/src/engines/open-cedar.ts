import type { CedarValueJson, EntityUid } from "@cedar-policy/cedar-wasm/nodejs";

/**
 * The order limits as Cedar says them: who may trade at once, and who may after a review. Cedar answers permit or forbid, so the policy
 * that permits tells which of the two it is.
 */
const POLICIES = {
  allow: `permit (principal, action == Action::"execute_trade", resource) when {
  context.amount.greaterThan(decimal("0.0")) &&
  !(["BTC", "ETH", "XRP"].contains(context.currency)) &&
  ((context.role == "junior" && context.amount.lessThanOrEqual(decimal("5000.0"))) ||
   (context.role == "senior" && context.amount.lessThanOrEqual(decimal("500000.0"))))
};`,
  review: `permit (principal, action == Action::"execute_trade", resource) when {
  context.amount.greaterThan(decimal("0.0")) &&
  !(["BTC", "ETH", "XRP"].contains(context.currency)) &&
  ((context.role == "junior" && context.amount.lessThanOrEqual(decimal("10000.0"))) ||
   (context.role == "senior" && context.amount.lessThanOrEqual(decimal("1000000.0"))))
};`,
};

const PLACES = 4;
const PRINCIPAL: EntityUid = { type: "User", id: "u" };
const RESOURCE: EntityUid = { type: "Account", id: "a" };

/** An equivalent Cedar policy for the cases `limits*`, parsed beforehand; what Cedar lacks (upper case, text of other types) is done here. */
export async function openCedar(): Promise<(input: unknown) => unknown> {
  const { preparsePolicySet, statefulIsAuthorized } = await import("@cedar-policy/cedar-wasm/nodejs");
  const parsed = preparsePolicySet("limits", { staticPolicies: POLICIES });
  if (parsed.type !== "success") throw new Error(`Cedar refuses the policies: ${JSON.stringify(parsed)}`);
  return (input) => {
    const { action, amount, currency, role } = input as Readonly<Record<string, unknown>>;
    const context: Record<string, CedarValueJson> = {};
    if (typeof amount === "number") context.amount = { __extn: { fn: "decimal", arg: amount.toFixed(PLACES) } };
    if (typeof currency === "string") context.currency = currency.toUpperCase();
    if (typeof role === "string") context.role = role;
    const answer = statefulIsAuthorized({
      principal: PRINCIPAL,
      action: { type: "Action", id: typeof action === "string" ? action : "" },
      resource: RESOURCE,
      context,
      preparsedPolicySetId: "limits",
      entities: [],
    });
    if (answer.type !== "success") throw new Error(`Cedar: ${JSON.stringify(answer.errors)}`);
    const { decision, diagnostics } = answer.response;
    if (decision !== "allow") return "DENY";
    return diagnostics.reason.includes("allow") ? "ALLOW" : "MANUAL_REVIEW";
  };
}
