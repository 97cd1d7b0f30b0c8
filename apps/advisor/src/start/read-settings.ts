import { isIP } from "node:net";
import path from "node:path";

/** How the advisor runs, from its environment alone. */
export interface Settings {
  readonly host: string;
  readonly port: number;
  /** The compiled policy. */
  readonly policyFile: string;
  /** Where the databases and development tokens lie. */
  readonly stateFolder: string;
  /** Where the governor's store is, on PostgreSQL; undefined for a file of SQLite in the state folder. */
  readonly databaseUrl: string | undefined;
  /** Undefined in development: the service then signs its own tokens, for loopback only. */
  readonly issuer: IssuerSettings | undefined;
}

export interface IssuerSettings {
  readonly issuer: string;
  readonly audience: string;
  readonly keysUrl: string;
  readonly roleClaim: string;
  readonly tenantClaim: string;
}

export type SettingsResult =
  | { readonly ok: true; readonly settings: Settings }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Reads and checks all settings before anything is opened; every problem is told at once. */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): SettingsResult {
  const problems: string[] = [];
  const text = (name: string, fallback: string) => environment[name] || fallback;

  const host = text("HOST", "127.0.0.1");
  if (isIP(host) === 0) problems.push(`HOST must be an IP address, such as 127.0.0.1 or 0.0.0.0, and is "${host}"`);
  const port = text("PORT", "8080");
  const isPort = /^[0-9]{1,5}$/.test(port) && Number(port) <= 65_535;
  if (!isPort) problems.push(`PORT must be a number up to 65535 (0 takes any free port), and is "${port}"`);
  const stateFolder = path.resolve(text("FLYBALL_STATE", ".flyball"));
  const policyFile = path.resolve(text("FLYBALL_POLICY", path.join(stateFolder, "policy.wasm")));
  const databaseUrl = environment["DATABASE_URL"] || undefined;
  if (databaseUrl !== undefined && !/^postgres(ql)?:\/\//.test(databaseUrl)) {
    // Not shown: it may hold a password.
    problems.push("DATABASE_URL must begin with postgres:// or postgresql://");
  }
  const issuer = readIssuer(environment, problems);
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, settings: { host, port: Number(port), policyFile, stateFolder, databaseUrl, issuer } };
}

function readIssuer(
  environment: Readonly<Record<string, string | undefined>>,
  problems: string[],
): IssuerSettings | undefined {
  const required = ["FLYBALL_ISSUER", "FLYBALL_AUDIENCE", "FLYBALL_KEYS_URL"] as const;
  const [issuer, audience, keysUrl] = required.map((name) => environment[name]);
  const missing = required.filter((name) => !environment[name]);
  if (missing.length === required.length) return undefined;
  if (!issuer || !audience || !keysUrl) {
    problems.push(`an issuer of tokens needs ${required.join(", ")} together; ${missing.join(" and ")} is missing`);
    return undefined;
  }
  if (!URL.canParse(keysUrl)) problems.push(`FLYBALL_KEYS_URL must be a URL, and is "${keysUrl}"`);
  const roleClaim = environment["FLYBALL_ROLE_CLAIM"] || "role";
  const tenantClaim = environment["FLYBALL_TENANT_CLAIM"] || "tenant";
  return { issuer, audience, keysUrl, roleClaim, tenantClaim };
}
