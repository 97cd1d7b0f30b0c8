import type { JWTVerifyGetKey } from "jose";
import { type KeySourceTimes, keysFromFile, keysFromUrl } from "./key-source.ts";
import { type StandingOf, standingFromClaims, standingFromFile } from "./standing.ts";
import type { TokenSettings } from "./verify-token.ts";

/** Who vouches for the people that call. `development` is our own key, made at this start, for loopback only. */
export type Identity =
  | {
      readonly kind: "development";
      readonly settings: TokenSettings;
      readonly tokens: Readonly<Record<string, string>>;
    }
  | { readonly kind: "issuer" | "proxy"; readonly settings: TokenSettings };

/** Public keys (a JWK set) behind an address, or in a file where the network has no way to it. */
export type KeysAt = { readonly url: string } | { readonly file: string };

/** Role and tenant from claims of these names, or from a file of people by the value of one claim. */
export type StandingAt =
  | { readonly roleClaim: string; readonly tenantClaim: string }
  | { readonly peopleFile: string; readonly personClaim: string };

export interface IssuerOptions {
  /** Exactly the `iss` of its tokens. */
  readonly issuer: string;
  /** Exactly the `aud` that they must name. */
  readonly audience: string;
  readonly keys: KeysAt;
  readonly standing: StandingAt;
  readonly times?: KeySourceTimes;
}

export interface ProxyOptions {
  /** `/projects/NUMBER/global/backendServices/ID`, or that of another kind of backend. */
  readonly audience: string;
  /** Where the proxy's keys are; its published address where absent. */
  readonly keys?: KeysAt;
  /** The proxy knows people, not desks. */
  readonly standing: StandingAt;
  readonly times?: KeySourceTimes;
}

/** cloud.google.com/iap/docs/signed-headers-howto */
const proxyIssuer = "https://cloud.google.com/iap";
const proxyKeysUrl = "https://www.gstatic.com/iap/verify/public_key-jwk";

/** OpenID Connect. Throws a `TypeError` where the address of the keys could be answered by anybody on the way. */
export function issuerIdentity({ issuer, audience, keys, standing, times }: IssuerOptions): Identity {
  const settings = {
    carrier: "bearer",
    issuer,
    audience,
    keys: keysAt(keys, times),
    standing: standingAt(standing, false),
  } as const;
  return { kind: "issuer", settings };
}

/** Google's identity-aware proxy: its signed header, never the plain ones beside it. Throws as above. */
export function proxyIdentity({ audience, keys = { url: proxyKeysUrl }, standing, times }: ProxyOptions): Identity {
  const settings = {
    carrier: "proxy",
    issuer: proxyIssuer,
    audience,
    keys: keysAt(keys, times),
    standing: standingAt(standing, true),
  } as const;
  return { kind: "proxy", settings };
}

function keysAt(keys: KeysAt, times: KeySourceTimes | undefined): JWTVerifyGetKey {
  return "url" in keys ? keysFromUrl(keys.url, times) : keysFromFile(keys.file, times);
}

function standingAt(standing: StandingAt, isVouchedFor: boolean): StandingOf {
  if (!("peopleFile" in standing)) return standingFromClaims(standing);
  const { peopleFile: file, personClaim } = standing;
  return standingFromFile({ file, personClaim, isVouchedFor });
}
