import { BuiltinError } from "@flyball/engine";
import type { Certificate } from "./certificate.ts";

const ANY_POLICY = "2.5.29.32.0";

/**
 * Throws `BuiltinError` where an authority of the chain, which begins with the leaf, demands that a policy holds on the whole way, and none does. Nothing else is asked of policies. Policies that
 * are renamed on the way (mappings) count as none: such a chain is refused where a policy is demanded. Source: RFC 5280, section 6.1.
 */
export function checkPolicies(chain: readonly Certificate[]): void {
  // Undefined: any.
  let valid: ReadonlySet<string> | undefined;
  let explicitAfter = Number.POSITIVE_INFINITY;
  let anyAfter = Number.POSITIVE_INFINITY;
  const below = chain.slice(0, -1).toReversed();
  for (const [index, { fields, subject, issuer }] of below.entries()) {
    const isLeaf = index === below.length - 1;
    const isOwn = subject.raw.length === issuer.raw.length && subject.raw.every((byte, at) => byte === issuer.raw[at]);
    const policies = new Set((fields.policies ?? []).map((policy) => policy.join(".")));
    if (!policies.has(ANY_POLICY) || (anyAfter <= 0 && !(isOwn && !isLeaf))) {
      policies.delete(ANY_POLICY);
      const allowed = valid;
      valid = allowed === undefined ? policies : new Set([...policies].filter((policy) => allowed.has(policy)));
    }
    if (fields.policyMappings.length > 0) valid = new Set();
    if (!isOwn || isLeaf) {
      explicitAfter = Math.max(0, explicitAfter - 1);
      anyAfter = Math.max(0, anyAfter - 1);
    }
    const {
      requireExplicitPolicy: require = Number.POSITIVE_INFINITY,
      inhibitAnyPolicy: inhibit = Number.POSITIVE_INFINITY,
    } = fields;
    explicitAfter = Math.min(explicitAfter, isLeaf && require > 0 ? Number.POSITIVE_INFINITY : require);
    anyAfter = Math.min(anyAfter, inhibit);
    if (explicitAfter === 0 && valid?.size === 0)
      throw new BuiltinError("x509: no certificate policy holds on the whole chain");
  }
}
