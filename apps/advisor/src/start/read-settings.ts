import { isIP } from "node:net";
import path from "node:path";
import type { Environment } from "./environment.ts";
import { type IdentitySettings, readIdentity } from "./read-identity.ts";
import { type ModelSettings, readModel } from "./read-model.ts";

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
  /** Who vouches for callers. In development the service signs its own tokens, for loopback only. */
  readonly identity: IdentitySettings;
  /** Which model speaks in a chat. */
  readonly model: ModelSettings;
}

export type SettingsResult =
  | { readonly ok: true; readonly settings: Settings }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Reads and checks all settings before anything is opened; every problem is told at once. Empty counts as absent. */
export function readSettings(environment: Environment): SettingsResult {
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
  const identity = readIdentity(environment, problems);
  const model = readModel(environment, problems);
  const settings = { host, port: Number(port), policyFile, stateFolder, databaseUrl, identity, model };
  if (environment["K_SERVICE"]) problems.push(...missingOnCloudRun(settings));
  return problems.length > 0 ? { ok: false, problems } : { ok: true, settings };
}

/**
 * What a service on Cloud Run, which sets K_SERVICE, must not do without: a container's files are its memory and end with
 * it, everybody reaches its address, and nothing but Google's own models is reachable from its network.
 */
function missingOnCloudRun({ databaseUrl, identity, model }: Settings): string[] {
  const missing: string[] = [];
  if (databaseUrl === undefined) {
    missing.push("on Cloud Run files end with the instance: set DATABASE_URL to the address of a PostgreSQL database");
  }
  if (identity.kind === "development") {
    missing.push(
      "on Cloud Run development tokens are not accepted: set FLYBALL_ISSUER, FLYBALL_AUDIENCE and FLYBALL_KEYS_URL or FLYBALL_KEYS_FILE, or FLYBALL_PROXY_AUDIENCE and FLYBALL_PEOPLE_FILE",
    );
  }
  if (model.kind === "api-key" || (model.kind === "offline" && !model.isChosen)) {
    missing.push(
      "on Cloud Run the model is reached through Vertex: set GOOGLE_GENAI_USE_VERTEXAI=true, GOOGLE_CLOUD_PROJECT and GOOGLE_CLOUD_LOCATION, or FLYBALL_MODEL=offline for the one that needs no account",
    );
  }
  return missing;
}
