import { BuiltinError } from "@flyball/engine";
import { getKey, makeSet, objectEntries, type RegoObject, type RegoValue } from "@flyball/engine/values";
import { regoText } from "../format/rego-text.ts";
import { objectAt } from "../operand.ts";

const ALLOWED: ReadonlySet<RegoValue> = new Set([
  "method",
  "url",
  "body",
  "enable_redirect",
  "force_json_decode",
  "force_yaml_decode",
  "headers",
  "raw_body",
  "tls_use_system_certs",
  "tls_ca_cert",
  "tls_ca_cert_file",
  "tls_ca_cert_env_variable",
  "tls_client_cert",
  "tls_client_cert_file",
  "tls_client_cert_env_variable",
  "tls_client_key",
  "tls_client_key_file",
  "tls_client_key_env_variable",
  "tls_insecure_skip_verify",
  "tls_server_name",
  "timeout",
  "cache",
  "force_cache",
  "force_cache_duration_seconds",
  "raise_error",
  "caching_mode",
  "max_retry_attempts",
  "cache_ignored_headers",
]);

const REQUIRED = ["method", "url"];

/** An object that describes a request to `http.send`: nothing in it is unknown, and method and URL are there. Throws `BuiltinError`. */
export function requestAt(args: readonly RegoValue[], index: number): RegoObject {
  const request = objectAt(args, index);
  const unknown = objectEntries(request).flatMap(([key]) => (ALLOWED.has(key) ? [] : [key]));
  if (unknown.length > 0)
    throw new BuiltinError(`operand ${index + 1} invalid request parameters(s): ${regoText(makeSet(unknown))}`);
  const missing = REQUIRED.filter((name) => getKey(request, name) === undefined);
  if (missing.length > 0)
    throw new BuiltinError(
      `operand ${index + 1} missing required request parameters(s): ${regoText(makeSet(missing))}`,
    );
  return request;
}
