import { runtimeModule } from "../runtime-module.generated.ts";
import { type RuntimeLibrary, readRuntimeLibrary } from "./runtime-library.ts";

let library: RuntimeLibrary | undefined;

/** The run-time library that comes with this package, read once. */
export function runtimeLibrary(): RuntimeLibrary {
  library ??= readRuntimeLibrary(Buffer.from(runtimeModule, "base64"));
  return library;
}
