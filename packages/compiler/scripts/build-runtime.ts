/** Compiles the run-time library and writes it as a base64 constant into src/runtime-module.generated.ts. */
import { writeFileSync } from "node:fs";
import { compileRuntime, runtimeSource } from "./compile-runtime.ts";

const bytes = await compileRuntime();
writeFileSync(new URL("../src/runtime-module.generated.ts", import.meta.url), runtimeSource(bytes));
console.log(`run-time library: ${bytes.length} bytes`);
