import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from "jose";
import { KeysUnavailableError } from "./keys-unavailable-error.ts";
import type { TokenSettings } from "./verify-token.ts";

/** Who vouches for the people that call. `development` is our own key, made at this start, for loopback only. */
export type Identity =
  | {
      readonly kind: "development";
      readonly settings: TokenSettings;
      readonly tokens: Readonly<Record<string, string>>;
    }
  | { readonly kind: "issuer"; readonly settings: TokenSettings };

export interface IssuerOptions {
  /** Exactly the `iss` of its tokens. */
  readonly issuer: string;
  /** Exactly the `aud` that they must name. */
  readonly audience: string;
  /** Where its public keys are (a JWK set). https, or http on loopback. */
  readonly keysUrl: string;
  readonly roleClaim?: string;
  readonly tenantClaim?: string;
}

/** Throws a `TypeError` where the address of the keys could be answered by anybody on the way. */
export function issuerIdentity(options: IssuerOptions): Identity {
  const url = new URL(options.keysUrl);
  const isLoopback = url.protocol === "http:" && ["127.0.0.1", "[::1]", "localhost"].includes(url.hostname);
  if (url.protocol !== "https:" && !isLoopback)
    throw new TypeError(`the keys must come over https, not ${url.protocol}`);
  const { issuer, audience, roleClaim = "role", tenantClaim = "tenant" } = options;
  const fetched = createRemoteJWKSet(url, { timeoutDuration: 3_000 });
  const keys: JWTVerifyGetKey = async (header, token) => {
    try {
      return await fetched(header, token);
    } catch (error) {
      const isAboutToken =
        error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys;
      throw isAboutToken ? error : new KeysUnavailableError("the issuer's keys could not be fetched", { cause: error });
    }
  };
  return { kind: "issuer", settings: { issuer, audience, keys, roleClaim, tenantClaim } };
}
