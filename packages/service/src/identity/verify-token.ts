import type { Principal } from "@flyball/governor";
import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from "jose";
import { RequestProblem } from "../problem/problem.ts";
import { KeysUnavailableError } from "./keys-unavailable-error.ts";

/** How bearer tokens are verified. */
export interface TokenSettings {
  readonly issuer: string;
  readonly audience: string;
  readonly keys: JWTVerifyGetKey;
  /** Names of the claims that carry them. */
  readonly roleClaim: string;
  readonly tenantClaim: string;
}

/** Signatures with a public key only: a shared secret or "none" would let whoever reads our settings write tokens. */
const algorithms = ["ES256", "ES384", "RS256", "RS384", "PS256", "PS384", "EdDSA", "Ed25519"];
const maxTokenLength = 8_192;
const maxClaimLength = 512;

/** Reads who is asking from the Authorization header, and from nothing else. Throws a `RequestProblem`. */
export async function verifyToken(header: string | undefined, settings: TokenSettings): Promise<Principal> {
  const token = /^Bearer +([A-Za-z0-9_.-]+) *$/i.exec(header ?? "")?.[1];
  if (header === undefined) throw new RequestProblem("token_missing");
  if (token === undefined || token.length > maxTokenLength) throw new RequestProblem("token_invalid");
  return principalOf(await verifiedClaims(token, settings), settings);
}

async function verifiedClaims(token: string, { issuer, audience, keys }: TokenSettings): Promise<JWTPayload> {
  try {
    const requiredClaims = ["sub", "iat", "exp"];
    const options = { issuer, audience, algorithms, requiredClaims, clockTolerance: 5 };
    return (await jwtVerify(token, keys, options)).payload;
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw new RequestProblem("token_expired");
    if (error instanceof KeysUnavailableError) throw new RequestProblem("identity_unavailable");
    throw new RequestProblem("token_invalid");
  }
}

function principalOf(claims: JWTPayload, { issuer, roleClaim, tenantClaim }: TokenSettings): Principal {
  const { sub: subject } = claims;
  const role = ownClaim(claims, roleClaim);
  const tenant = ownClaim(claims, tenantClaim);
  if (!isClaim(subject) || !isClaim(role) || !isClaim(tenant)) {
    const detail = `the token must have the claims sub, ${roleClaim} and ${tenantClaim}, each a text`;
    throw new RequestProblem("token_invalid", { detail });
  }
  return { tenant, issuer, subject, role };
}

function ownClaim(claims: JWTPayload, name: string): unknown {
  return Object.hasOwn(claims, name) ? claims[name] : undefined;
}

function isClaim(value: unknown): value is string {
  if (typeof value !== "string" || value.length === 0 || value.length > maxClaimLength) return false;
  return value.isWellFormed() && !/\p{Cc}/u.test(value);
}
