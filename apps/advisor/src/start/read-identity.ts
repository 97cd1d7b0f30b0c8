import path from "node:path";
import type { IssuerOptions, KeysAt, ProxyOptions, StandingAt } from "@flyball/service";
import type { Environment } from "./environment.ts";

/** Who vouches for callers. */
export type IdentitySettings =
  | { readonly kind: "development" }
  | { readonly kind: "issuer"; readonly options: IssuerOptions }
  | { readonly kind: "proxy"; readonly options: ProxyOptions };

/** Development where nothing is set. What is set by half is a problem, never development. */
export function readIdentity(environment: Environment, problems: string[]): IdentitySettings {
  const { FLYBALL_ISSUER: issuer, FLYBALL_AUDIENCE: audience, FLYBALL_PROXY_AUDIENCE: proxyAudience } = environment;
  const keys = readKeys(environment, problems);
  const standing = readStanding(environment, proxyAudience ? "email" : "sub");
  if (proxyAudience) {
    if (issuer || audience) {
      problems.push("FLYBALL_PROXY_AUDIENCE and FLYBALL_ISSUER exclude each other: one of them says who is asking");
    }
    if (!environment["FLYBALL_PEOPLE_FILE"] && !environment["FLYBALL_ROLE_CLAIM"]) {
      problems.push("FLYBALL_PROXY_AUDIENCE needs FLYBALL_PEOPLE_FILE: the proxy knows people, not their roles");
    }
    return { kind: "proxy", options: { audience: proxyAudience, standing, ...(keys === undefined ? {} : { keys }) } };
  }
  if (!issuer && !audience && keys === undefined) return { kind: "development" };
  if (!issuer || !audience || keys === undefined) {
    const missing = [
      ...(issuer ? [] : ["FLYBALL_ISSUER"]),
      ...(audience ? [] : ["FLYBALL_AUDIENCE"]),
      ...(keys === undefined ? ["FLYBALL_KEYS_URL (or FLYBALL_KEYS_FILE)"] : []),
    ];
    problems.push(
      `an issuer of tokens needs FLYBALL_ISSUER, FLYBALL_AUDIENCE and its keys together; missing: ${missing.join(", ")}`,
    );
    return { kind: "development" };
  }
  return { kind: "issuer", options: { issuer, audience, keys, standing } };
}

function readKeys(environment: Environment, problems: string[]): KeysAt | undefined {
  const { FLYBALL_KEYS_URL: url, FLYBALL_KEYS_FILE: file } = environment;
  if (url && file) problems.push("FLYBALL_KEYS_URL and FLYBALL_KEYS_FILE exclude each other");
  if (url && !URL.canParse(url)) problems.push(`FLYBALL_KEYS_URL must be a URL, and is "${url}"`);
  if (url) return { url };
  return file ? { file: path.resolve(file) } : undefined;
}

function readStanding(environment: Environment, personClaim: string): StandingAt {
  const peopleFile = environment["FLYBALL_PEOPLE_FILE"];
  if (peopleFile) {
    return {
      peopleFile: path.resolve(peopleFile),
      personClaim: environment["FLYBALL_PERSON_CLAIM"] || personClaim,
    };
  }
  return {
    roleClaim: environment["FLYBALL_ROLE_CLAIM"] || "role",
    tenantClaim: environment["FLYBALL_TENANT_CLAIM"] || "tenant",
  };
}
