export { type BuiltinEnvironment, BuiltinError, type BuiltinFunction } from "./builtin.ts";
