import type { RegoObject, RegoValue } from "@flyball/engine/values";
import type { HttpTransport } from "./http-transport.ts";

/**
 * What an application lets its policies reach outside for. Each is a function of the application's own, called in the middle of an evaluation, so it answers in the same turn. Without one of
 * them the built-ins that need it are not loaded, and a policy that calls them does not load. A decision that used any of them cannot be recomputed from its record alone.
 */
export interface BuiltinGrants {
  /** `rand.intn`, `uuid.rfc4122`: so many random bytes, such as `(count) => crypto.getRandomValues(new Uint8Array(count))`. */
  readonly randomBytes?: (count: number) => Uint8Array;
  /** `opa.runtime`: what the policy may know about where it runs; OPA has `env`, `version`, `commit` and `config` there. Hold nothing secret in it. */
  readonly runtime?: () => RegoObject;
  /** `net.lookup_ip_addr`: the addresses of a host name. Not asked about addresses. An exception is an error of the built-in. */
  readonly lookUpAddresses?: (name: string) => readonly string[];
  /** `http.send`. */
  readonly http?: HttpTransport;
  /** `rego.parse_module`: a module's syntax tree as a value; `parseModuleValue` of `@flyball/compiler` is one. An exception is an error of the built-in. */
  readonly parseModule?: (file: string, text: string) => RegoValue;
  /** `print`: takes each line. Without it `print` does nothing; it needs no grant. */
  readonly print?: (line: string) => void;
}
