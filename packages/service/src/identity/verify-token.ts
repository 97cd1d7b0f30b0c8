import type { IncomingHttpHeaders } from "node:http";
import type { Principal } from "@flyball/governor";
import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from "jose";
import { RequestProblem } from "../problem/problem.ts";
import { KeysUnavailableError } from "./keys-unavailable-error.ts";
import { isClaimText, ownClaim, type StandingOf } from "./standing.ts";

/** How tokens are verified. */
export interface TokenSettings {
  /** `bearer`: the Authorization header. `proxy`: the assertion of Google's identity-aware proxy, and nothing else. */
  readonly carrier: "bearer" | "proxy";
  readonly issuer: string;
  readonly audience: string;
  readonly keys: JWTVerifyGetKey;
  readonly standing: StandingOf;
}

/** How far the issuer's clock and ours may be apart, in seconds, in either direction. */
const clockToleranceSeconds = 5;

/** Signatures with a public key only: a shared secret or "none" would let whoever reads our settings write tokens. */
const bearerAlgorithms = ["ES256", "ES384", "RS256", "RS384", "PS256", "PS384", "EdDSA", "Ed25519"];
/** What the proxy signs with (cloud.google.com/iap/docs/signed-headers-howto). */
const proxyAlgorithms = ["ES256"];
const proxyHeader = "x-goog-iap-jwt-assertion";
const maxTokenLength = 8_192;

/** Reads who is asking from the header that carries the token, and from nothing else. Throws a `RequestProblem`. */
export async function verifyToken(headers: IncomingHttpHeaders, settings: TokenSettings): Promise<Principal> {
  const token = settings.carrier === "proxy" ? proxyToken(headers) : bearerToken(headers);
  if (token === undefined || token.length > maxTokenLength) throw new RequestProblem("token_invalid");
  try {
    return await principalOf(await verifiedClaims(token, settings), settings);
  } catch (error) {
    if (error instanceof KeysUnavailableError) throw new RequestProblem("identity_unavailable");
    throw error;
  }
}

function bearerToken({ authorization }: IncomingHttpHeaders): string | undefined {
  if (authorization === undefined) throw new RequestProblem("token_missing");
  return /^Bearer +([A-Za-z0-9_.-]+) *$/i.exec(authorization)?.[1];
}

function proxyToken({ [proxyHeader]: header }: IncomingHttpHeaders): string | undefined {
  if (header === undefined) throw new RequestProblem("token_missing");
  return /^[A-Za-z0-9_.-]+$/.exec(String(header))?.[0];
}

async function verifiedClaims(token: string, settings: TokenSettings): Promise<JWTPayload> {
  const { issuer, audience, keys, carrier } = settings;
  try {
    const algorithms = carrier === "proxy" ? proxyAlgorithms : bearerAlgorithms;
    const requiredClaims = ["sub", "iat", "exp"];
    const options = { issuer, audience, algorithms, requiredClaims, clockTolerance: clockToleranceSeconds };
    return (await jwtVerify(token, keys, options)).payload;
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw new RequestProblem("token_expired");
    if (error instanceof KeysUnavailableError) throw error;
    throw new RequestProblem("token_invalid");
  }
}

async function principalOf(claims: JWTPayload, { issuer, standing }: TokenSettings): Promise<Principal> {
  const { sub: subject } = claims;
  if (!isClaimText(subject)) {
    throw new RequestProblem("token_invalid", { detail: "the token must have the claim sub, a text" });
  }
  const agent = agentOf(claims);
  const { tenant, role } = await standing(claims);
  return { tenant, issuer, subject, role, ...(agent === undefined ? {} : { agent }) };
}

/** Who acts for the subject: `act.sub` (RFC 8693, section 4.1); the acts nested in it are history and give no right. */
function agentOf(claims: JWTPayload): string | undefined {
  const act = ownClaim(claims, "act");
  if (act === undefined) return undefined;
  const agent =
    typeof act === "object" && act !== null && Object.hasOwn(act, "sub") ? (act as JWTPayload).sub : undefined;
  if (isClaimText(agent)) return agent;
  throw new RequestProblem("token_invalid", { detail: "the claim act must name who acts: { sub }, a text" });
}
