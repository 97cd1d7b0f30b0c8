// Which role and tenant a verified person has. In: the claims of a token whose signature, issuer, audience and times were
// checked. Out: role and tenant, or the problem that says why the person has none here. They come from claims where the
// issuer knows the desk, and from a file where it only knows names, as an identity-aware proxy does.

import { readFile } from "node:fs/promises";
import type { JWTPayload } from "jose";
import { RequestProblem } from "../problem/problem.ts";
import { KeysUnavailableError } from "./keys-unavailable-error.ts";

export interface Standing {
  readonly role: string;
  readonly tenant: string;
}

/** Throws a `RequestProblem` where the claims give none, or a `KeysUnavailableError` where nobody can say. */
export type StandingOf = (claims: JWTPayload) => Promise<Standing> | Standing;

const maxClaimLength = 512;

export function isClaimText(value: unknown): value is string {
  if (typeof value !== "string" || value.length === 0 || value.length > maxClaimLength) return false;
  return value.isWellFormed() && !/\p{Cc}/u.test(value);
}

export function ownClaim(claims: JWTPayload, name: string): unknown {
  return Object.hasOwn(claims, name) ? claims[name] : undefined;
}

/** A list is taken where it has one element. A person with two roles must say which by having a credential for it. */
export function standingFromClaims({
  roleClaim,
  tenantClaim,
}: {
  readonly roleClaim: string;
  readonly tenantClaim: string;
}): StandingOf {
  return (claims) => {
    const role = only(ownClaim(claims, roleClaim));
    const tenant = only(ownClaim(claims, tenantClaim));
    if (isClaimText(role) && isClaimText(tenant)) return { role, tenant };
    const detail = `the token must have the claims ${roleClaim} and ${tenantClaim}, each one text`;
    throw new RequestProblem("token_invalid", { detail });
  };
}

function only(value: unknown): unknown {
  return Array.isArray(value) && value.length === 1 ? value[0] : value;
}

/** How long a change of the file may take to count, in milliseconds. */
const peopleMaxAgeMs = 10_000;

/**
 * `{ "people": { "jun@bank.example": { "role": "junior", "tenant": "desk-1" } } }`, by the value of one claim (`email`,
 * `sub`). Who is not in it is known, but has no role: 403 `person_unknown`. Read again when it is ten seconds old.
 */
export function standingFromFile({
  file,
  personClaim,
  isVouchedFor,
}: {
  readonly file: string;
  readonly personClaim: string;
  /** True where the issuer states addresses only after it has verified them. */
  readonly isVouchedFor: boolean;
}): StandingOf {
  let current: { readonly people: ReadonlyMap<string, Standing>; readonly readAt: number } | undefined;
  return async (claims) => {
    const person = ownClaim(claims, personClaim);
    if (!isClaimText(person)) {
      throw new RequestProblem("token_invalid", { detail: `the token must have the claim ${personClaim}, a text` });
    }
    // An address that nobody has verified is whatever its owner typed.
    if (personClaim === "email" && !isVouchedFor && ownClaim(claims, "email_verified") !== true) {
      throw new RequestProblem("token_invalid", { detail: "the address in the token is not verified" });
    }
    const now = performance.now();
    if (current === undefined || now - current.readAt >= peopleMaxAgeMs) {
      current = { people: await readPeople(file), readAt: now };
    }
    const standing = current.people.get(person);
    if (standing === undefined) throw new RequestProblem("person_unknown");
    return standing;
  };
}

/** Throws a `KeysUnavailableError` that names the file and, where it has one, the wrong entry's place. */
async function readPeople(file: string): Promise<ReadonlyMap<string, Standing>> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    throw new KeysUnavailableError(`the people could not be read from ${file}`, { cause: error });
  }
  const people = isRecord(parsed) ? parsed["people"] : undefined;
  if (!isRecord(people)) throw new KeysUnavailableError(`${file} must hold { "people": { NAME: { role, tenant } } }`);
  const known = new Map<string, Standing>();
  for (const [index, [name, standing]] of Object.entries(people).entries()) {
    const { role, tenant } = isRecord(standing) ? standing : {};
    if (!isClaimText(role) || !isClaimText(tenant)) {
      throw new KeysUnavailableError(`person ${index + 1} in ${file} must have role and tenant, each a text`);
    }
    known.set(name, Object.freeze({ role, tenant }));
  }
  return known;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
