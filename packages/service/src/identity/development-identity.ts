import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT } from "jose";
import type { Identity } from "./identity-settings.ts";
import { standingFromClaims } from "./standing.ts";

export const developmentIssuer = "urn:flyball:development";
export const developmentAudience = "flyball";
const developmentTenant = "demo";

/** One made-up person for each role. */
const people: Readonly<Record<string, { readonly subject: string; readonly role: string }>> = {
  analyst: { subject: "ana", role: "analyst" },
  junior: { subject: "jun", role: "junior" },
  senior: { subject: "sen", role: "senior" },
  reviewer: { subject: "rev", role: "reviewer" },
  operator: { subject: "ops", role: "operator" },
};

/**
 * Signs tokens for the people above with a key that is made now, never written down and gone with the process. Only for a
 * service that listens on loopback; `startService` refuses anything else.
 */
export async function developmentIdentity(): Promise<Identity> {
  const { privateKey, publicKey } = await generateKeyPair("ES256");
  const key = { ...(await exportJWK(publicKey)), alg: "ES256", use: "sig", kid: "development" };
  const tokens: Record<string, string> = {};
  for (const [name, { subject, role }] of Object.entries(people)) {
    tokens[name] = await new SignJWT({ role, tenant: developmentTenant })
      .setProtectedHeader({ alg: "ES256", kid: "development" })
      .setIssuer(developmentIssuer)
      .setAudience(developmentAudience)
      .setSubject(subject)
      .setIssuedAt()
      .setExpirationTime("12h")
      .sign(privateKey);
  }
  const settings = {
    carrier: "bearer",
    issuer: developmentIssuer,
    audience: developmentAudience,
    keys: createLocalJWKSet({ keys: [key] }),
    standing: standingFromClaims({ roleClaim: "role", tenantClaim: "tenant" }),
  } as const;
  return { kind: "development", settings, tokens: Object.freeze(tokens) };
}
