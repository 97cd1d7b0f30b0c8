/**
 * Rego's built-ins as host functions. In and out: canonical values of `@flyball/engine/values`. The engine calls those that a module does not carry itself; the reference interpreter calls
 * all of them. A family with a library behind it is loaded when a policy needs it, and what reaches outside only with the application's grant. Nothing here keeps a clock, asks for randomness
 * or opens a connection by itself.
 */
export { type BuiltinEnvironment, BuiltinError, type BuiltinFunction } from "@flyball/engine";
export type { BuiltinGrants } from "./granted/grants.ts";
export type { HttpRequest, HttpResponse, HttpTransport } from "./granted/http-transport.ts";
export { GRANT_NAMES, hasBuiltin, type LoadBuiltinsOptions, loadBuiltins, neededGrant } from "./load-builtins.ts";
