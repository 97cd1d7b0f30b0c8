import { namesUsed } from "../function-ir/names-used.ts";
import type { FunctionIr, GlobalIr, ImportIr } from "../function-ir/ops.ts";
import { calledNames, FAULT_FUNCTION, libraryPart } from "../link/emit-module.ts";
import type { RuntimeLibrary } from "../link/runtime-library.ts";

export interface Linked {
  readonly functions: readonly FunctionIr[];
  /** Names of all globals in use, those of the library's functions included. */
  readonly globals: ReadonlySet<string>;
}

/** The functions with those of `support` that they need. */
export function withSupport(parts: {
  readonly roots: readonly FunctionIr[];
  readonly support: readonly FunctionIr[];
  readonly imports: readonly ImportIr[];
  readonly globals: readonly GlobalIr[];
  readonly library: RuntimeLibrary;
}): Linked {
  const { support, imports, globals, library } = parts;
  let functions = parts.roots;
  for (;;) {
    const called = new Set(calledNames(functions));
    // The library's functions call the one that raises a fault, by an index.
    const outside = [...called].filter((name) => library.signatures.has(name));
    if (library.reach(outside, []).faults) called.add(FAULT_FUNCTION);
    const missing = support.filter((fn) => called.has(fn.name) && !functions.includes(fn));
    if (missing.length === 0) break;
    functions = [...functions, ...missing];
  }
  const used = new Set(libraryPart({ functions, imports, globals }, library).globalNames);
  for (const fn of functions) for (const global of namesUsed(fn).globals) used.add(global);
  return { functions, globals: used };
}
