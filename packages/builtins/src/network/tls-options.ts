import { readFileSync } from "node:fs";
import { type ConnectionOptions, getCACertificates } from "node:tls";
import type { HttpRequest } from "../granted/http-transport.ts";
import type { NetworkRules } from "./network-message.ts";

/** The options of a connection that the `tls_...` parameters of a request mean. Throws for what the application does not allow, and for files that cannot be read. */
export function tlsOptions(given: HttpRequest["tls"], rules: NetworkRules): ConnectionOptions {
  const options: ConnectionOptions = {};
  const authorities = material("tls_ca_cert", given, rules);
  const system = given.tls_use_system_certs === true ? getCACertificates("system") : [];
  if (authorities !== undefined || system.length > 0)
    options.ca = [...system, ...(authorities === undefined ? [] : [authorities])];
  const certificate = material("tls_client_cert", given, rules);
  const key = material("tls_client_key", given, rules);
  if ((certificate === undefined) !== (key === undefined))
    throw new Error("a client certificate needs its key, and a key its certificate");
  if (certificate !== undefined) options.cert = certificate;
  if (key !== undefined) options.key = key;
  if (typeof given.tls_server_name === "string" && given.tls_server_name !== "")
    options.servername = given.tls_server_name;
  if (given.tls_insecure_skip_verify === true) {
    if (!rules.insecureTls) throw new Error("the application does not let policies skip the check of certificates");
    options.rejectUnauthorized = false;
  }
  return options;
}

/** A certificate or key in PEM: in place, in a file, or in a variable. */
function material(name: string, given: HttpRequest["tls"], rules: NetworkRules): string | undefined {
  const [inPlace, file, variable] = [given[name], given[`${name}_file`], given[`${name}_env_variable`]];
  if ((file !== undefined || variable !== undefined) && !rules.tlsFiles)
    throw new Error(`the application does not let policies name files and variables (${name})`);
  if (typeof inPlace === "string") return inPlace;
  if (typeof file === "string") return readFileSync(file, "utf8");
  return typeof variable === "string" ? (process.env[variable] ?? "") : undefined;
}
