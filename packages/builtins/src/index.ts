/**
 * Rego's built-ins as host functions. In and out: canonical values of `@flyball/engine/values`. The engine calls those that a module does not carry itself; the reference interpreter calls
 * all of them. A family with a library behind it is loaded when a policy needs it.
 */
export { type BuiltinEnvironment, BuiltinError, type BuiltinFunction } from "@flyball/engine";
export { hasBuiltin, loadBuiltins } from "./load-builtins.ts";
