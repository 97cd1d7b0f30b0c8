import type { Sources } from "./sources/read-sources.ts";

/** Modules that belong into a build: files whose names end in `_test.rego` do not. */
export function withoutTests(modules: Sources["modules"]): Sources["modules"] {
  return Object.fromEntries(Object.entries(modules).filter(([path]) => !path.endsWith("_test.rego")));
}
